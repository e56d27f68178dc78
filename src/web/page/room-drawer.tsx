import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Phrase } from "../../language/phrases.ts";
import { ask } from "./connection.tsx";
import { useField } from "./field.ts";
import { CloseIcon } from "./icons.tsx";
import type { RecordingInfo, RoomInfo, RoomVerb } from "./protocol.ts";
import { capital, Reason, Technical } from "./reason.tsx";
import { Badge, elapsedOf, writeSeen } from "./room-facts.tsx";
import { tellDoer, tellRemedy, writeSince } from "./room-words.ts";
import { Link } from "./router.tsx";
import { isOn, useLostServers } from "./servers.ts";
import { devices, greeting, overview } from "./state.ts";
import { after, useNow, writeClockTime, writeDayAndTime } from "./time.tsx";
import { say, translate } from "./words.ts";

/** Everything that is known of one room, and what can be done in it. */
export function RoomDrawer(props: {
  readonly room: RoomInfo;
  readonly recording: RecordingInfo | undefined;
  close(): void;
}) {
  const { room, recording, close } = props;
  const nowMs = useNow(1000);
  const mayPress = useField(greeting)?.mayPress === true;
  const booking = useNextBooking(room.name);
  return (
    <aside class="card details" aria-label={say("Room {name}", { name: room.label })}>
      <header>
        <h2>{room.label}</h2>
        <button type="button" class="quiet" aria-label={say("Close")} onClick={close}>
          <CloseIcon />
        </button>
        <Badge room={room} />
      </header>
      <Problems room={room} />
      {mayPress && <Actions key={room.name} room={room} />}
      <dl>
        <Term name="Recording">{tellRecording(room, recording)}</Term>
        {room.status !== undefined && elapsedOf(room, nowMs) !== "" && (
          <Term name="Running for">{elapsedOf(room, nowMs)}</Term>
        )}
        {room.recording !== undefined && <Term name="Started">{tellStart(room, recording)}</Term>}
        {recording?.author !== undefined && <Term name="Author on the server">{recording.author}</Term>}
        <Term name="Last change">{tellChange(room)}</Term>
        {room.marksWaiting > 0 && <Term name="Marks waiting">{room.marksWaiting}</Term>}
        <Term name="Next booking">{booking}</Term>
        <Term name="Panels">
          <Panels room={room.name} />
        </Term>
        <Term name="Room on the server">{tellPlace(room)}</Term>
        <Term name="Last answer">{writeSeen(room, nowMs)}</Term>
      </dl>
    </aside>
  );
}

function Term({ name, children }: { readonly name: Phrase; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{say(name)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const BUTTONS: readonly { readonly what: Exclude<RoomVerb, "mark">; readonly title: Phrase }[] = [
  { what: "start", title: "Start recording" },
  { what: "pause", title: "Pause" },
  { what: "resume", title: "Resume" },
  { what: "stop", title: "Stop recording" },
];
/** A second press within this time means it. */
const MEANT_WITHIN_MS = 5000;

/** Like keys: each goes the way of a press. A recording is stopped by the second of two presses, as a key is held for it. */
function Actions({ room }: { readonly room: RoomInfo }) {
  const lost = useLostServers().find((server) => isOn(room, server));
  const [note, setNote] = useState({ isFine: true, text: "" });
  const [asked, setAsked] = useState<RoomVerb | "">("");
  const [isMeant, setMeant] = useState(false);
  const text = useRef<HTMLInputElement>(null);
  useEffect(() => (isMeant ? after(MEANT_WITHIN_MS, () => setMeant(false)) : undefined), [isMeant]);
  const act = async (what: RoomVerb, words = "") => {
    setMeant(false);
    setAsked(what);
    setNote({ isFine: true, text: "" });
    const answer = await ask({ type: "act", room: room.name, what, text: words });
    setAsked("");
    setNote({ isFine: answer.isFine, text: translate(answer.text) });
  };
  const isUnknown = room.status === undefined;
  const mayRun = isUnknown || room.status === "recording" || room.status === "paused";
  // Like a mark key: of a room that is not known a mark is kept for the recording that was seen there.
  const canMark = !isUnknown || room.recording !== undefined;
  return (
    <div class="deeds">
      <p class="buttons">
        {BUTTONS.filter(({ what }) => fits(what, room)).map(({ what, title }) => (
          <button
            key={what}
            type="button"
            class={`deed ${what}`}
            disabled={asked !== "" || lost !== undefined}
            onClick={() => (what === "stop" && !isMeant ? setMeant(true) : void act(what))}
          >
            {what === "stop" && isMeant ? say("Press again to stop") : say(title)}
          </button>
        ))}
      </p>
      {mayRun && (
        <form
          class="buttons"
          onSubmit={(event) => {
            event.preventDefault();
            void act("mark", text.current?.value.trim() || say("Mark"));
            if (text.current !== null) text.current.value = "";
          }}
        >
          <input
            ref={text}
            maxLength={100}
            placeholder={say("Text of the mark")}
            aria-label={say("Text of the mark")}
          />
          <button type="submit" class="deed" disabled={asked !== "" || !canMark}>
            {say("Mark")}
          </button>
        </form>
      )}
      <p class={note.isFine ? "said" : "problem"} role="status">
        {lost === undefined || note.text !== "" ? note.text : translate(lost.brief)}
      </p>
    </div>
  );
}

/** What makes no sense in a room that is known is not offered. */
function fits(what: (typeof BUTTONS)[number]["what"], { status }: RoomInfo): boolean {
  const isRunning = status === "recording" || status === "paused";
  switch (what) {
    case "start":
      return !isRunning;
    case "pause":
      return status === "recording";
    case "resume":
      return status === "paused";
    case "stop":
      return isRunning || status === undefined;
  }
}

/** Every panel and link that has to do with the room. */
function Panels({ room }: { readonly room: string }) {
  const all = (useField(devices) ?? []).filter(({ rooms }) => rooms.includes(room));
  if (all.length === 0) return <>{say("none")}</>;
  return (
    <ul class="its-panels">
      {all.map(({ id, face, state }) => (
        <li key={id}>
          {face === "panel" ? <Link to={`/panel/${encodeURIComponent(id)}`}>{id}</Link> : id}
          {state === "lost" && <small class="problem"> {say("not there")}</small>}
        </li>
      ))}
    </ul>
  );
}

function tellRecording(room: RoomInfo, recording: RecordingInfo | undefined): string {
  if (room.status === undefined) return say("not known");
  if (room.recording === undefined) return say("none");
  return recording?.name ?? say("asking for its name …");
}

function tellStart({ start, status }: RoomInfo, recording: RecordingInfo | undefined): string {
  if (status === undefined) return say("not known");
  const wallMs = start?.wallMs ?? recording?.createdWallMs;
  const parts = [
    wallMs === undefined ? "" : writeSince(wallMs),
    start === undefined ? say("nobody here saw by whom") : tellDoer(start.by),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function tellChange({ lastChange, status }: RoomInfo): string {
  if (lastChange === undefined) return status === undefined ? say("not known") : say("none seen yet");
  const { by, wallMs } = lastChange;
  const where = by.kind === "panel" ? `${by.device}, ${by.control}` : tellDoer(by);
  return `${writeSince(wallMs)}, ${where}`;
}

const NOT_ANSWERING: Phrase = "not known: the server does not answer";

/** What happened, and what a person can do; why the last press came to nothing, and why the room is not known. */
function Problems({ room }: { readonly room: RoomInfo }) {
  const { name, alarm, alarmBrief, trouble, brief, why } = room;
  const alarms = useField(overview)?.alarms.filter((one) => one.room === name) ?? [];
  const isAway = useLostServers().some((server) => isOn(room, server));
  return (
    <>
      {alarms.map(({ words, text, remedy }) => (
        <p class="problem" key={text}>
          <b>{capital(words)}</b>. {tellRemedy(remedy, isAway)} <Technical text={text} />
        </p>
      ))}
      {alarms.length === 0 && alarm !== undefined && (
        <p class="problem">
          <Reason brief={alarmBrief} text={alarm} />
        </p>
      )}
      {trouble !== undefined && (
        <p class="problem">
          <Reason brief={brief} text={trouble} />
        </p>
      )}
      {why !== undefined && why !== trouble && (
        <p class="problem">
          {capital(NOT_ANSWERING)}. <Technical text={why} />
        </p>
      )}
    </>
  );
}

function useNextBooking(room: string): string {
  const asking = say("asking …");
  const [text, setText] = useState(asking);
  useEffect(() => {
    let isWanted = true;
    setText(asking);
    void ask({ type: "schedule", room }).then((answer) => {
      if (isWanted) setText(answer.isFine ? tellBooking(answer.text) : say("not known"));
    });
    return () => {
      isWanted = false;
    };
  }, [room]);
  return text;
}

function tellBooking(text: string): string {
  if (text === "") return say("none planned");
  const { name, startsAtMs, stopsAtMs } = JSON.parse(text) as {
    name: string;
    startsAtMs: number;
    stopsAtMs: number;
  };
  const times = { start: writeDayAndTime(startsAtMs), end: writeClockTime(stopsAtMs) };
  return `${name}, ${say("{start} to {end}", times)}`;
}

/** What the server calls the room, its number there, and where the number comes from when the mapping does not say it. */
function tellPlace({ server, ...room }: RoomInfo): string {
  const place = tellPlaceThere(room);
  return server === undefined ? place : `${server}: ${place}`;
}

function tellPlaceThere({ id, idFrom, serverName }: Pick<RoomInfo, "id" | "idFrom" | "serverName">): string {
  if (id === undefined) return [serverName, say("not found on the server")].filter(Boolean).join(": ");
  const place = serverName === undefined ? say("number {id}", { id }) : `${serverName} (${id})`;
  if (idFrom === undefined) return place;
  return `${place}, ${say(idFrom === "server's name" ? "found by its name" : "from the server's list")}`;
}
