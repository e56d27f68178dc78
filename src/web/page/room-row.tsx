import { useEffect, useState } from "preact/hooks";
import { ask } from "./connection.tsx";
import { useField } from "./field.ts";
import { CloseIcon } from "./icons.tsx";
import { badgeOf } from "./naming.ts";
import type { RoomInfo } from "./protocol.ts";
import { overview } from "./state.ts";
import { bridgeNowMs, useNow, writeAge, writeClockTime, writeDayAndTime, writeElapsed } from "./time.tsx";

export function RoomRow(props: {
  readonly room: RoomInfo;
  readonly nowMs: number;
  readonly place: { readonly index: number; readonly of: number; readonly topPx: number };
  readonly isChosen: boolean;
  choose(name: string): void;
}) {
  const { room, nowMs, place, isChosen, choose } = props;
  return (
    <li
      class="room-row"
      aria-setsize={place.of}
      aria-posinset={place.index + 1}
      style={{ transform: `translateY(${place.topPx}px)` }}
      data-knowledge={room.knowledge}
    >
      <button type="button" aria-expanded={isChosen} onClick={() => choose(room.name)}>
        <Badge room={room} />
        <span class="room-name">
          {room.name} <small>{room.id}</small>
        </span>
        <span class="elapsed">{elapsedOf(room, nowMs)}</span>
        <span class="note">{noteOf(room)}</span>
        <span class="age">{ageOf(room, nowMs)}</span>
      </button>
    </li>
  );
}

export function Badge({ room }: { readonly room: RoomInfo }) {
  const { look, word, icon } = badgeOf(room);
  return (
    <span class="badge" data-look={look}>
      <span aria-hidden="true">{icon}</span> {word}
    </span>
  );
}

/** Everything that is known of one room. */
export function RoomDetails({ room, close }: { readonly room: RoomInfo; close(): void }) {
  const nowMs = useNow(1000);
  const facts: readonly (readonly [string, string])[] = [
    ["Number on the server", String(room.id)],
    ["Recording", room.status === undefined ? NOT_KNOWN : (room.recording ?? "none")],
    ["Running for", room.status === undefined ? NOT_KNOWN : elapsedOf(room, nowMs) || "–"],
    ["Last answer", ageOf(room, nowMs)],
    ["Last change", changeOf(room)],
    ["Marks waiting", String(room.marksWaiting)],
    ["Next schedule", useNextSchedule(room.name)],
  ];
  return (
    <aside class="card details" aria-label={`Room ${room.name}`}>
      <header>
        <h2>{room.name}</h2>
        <Badge room={room} />
        <button type="button" class="quiet" aria-label="Close" onClick={close}>
          <CloseIcon />
        </button>
      </header>
      {[...useAlarms(room), room.trouble, room.why]
        .filter((text) => text !== undefined)
        .map((text) => (
          <p class="problem" key={text}>
            {text}
          </p>
        ))}
      <dl>
        {facts.map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}

const NOT_KNOWN = "not known";

/** What happened, and what a person can do. */
function useAlarms({ name, alarm }: RoomInfo): readonly (string | undefined)[] {
  const alarms = useField(overview)?.alarms.filter(({ room }) => room === name) ?? [];
  return alarms.length === 0 ? [alarm] : alarms.map(({ text, remedy }) => `${text}. ${remedy}`);
}

function useNextSchedule(room: string): string {
  const [text, setText] = useState("asking …");
  useEffect(() => {
    let isWanted = true;
    setText("asking …");
    void ask({ type: "schedule", room }).then((answer) => {
      if (isWanted) setText(answer.isFine ? tellSchedule(answer.text) : answer.text);
    });
    return () => {
      isWanted = false;
    };
  }, [room]);
  return text;
}

function tellSchedule(text: string): string {
  if (text === "") return "none";
  const { name, startsAtMs, stopsAtMs } = JSON.parse(text) as {
    name: string;
    startsAtMs: number;
    stopsAtMs: number;
  };
  return `${name}, ${writeDayAndTime(startsAtMs)} to ${writeClockTime(stopsAtMs)}`;
}

export function elapsedOf({ elapsedMs, atMs, status }: RoomInfo, nowMs: number): string {
  if (elapsedMs === undefined || status === undefined) return "";
  return writeElapsed(elapsedMs + (status === "recording" ? Math.max(0, nowMs - atMs) : 0));
}

function ageOf({ seenAtMs, knowledge }: RoomInfo, nowMs: number): string {
  if (seenAtMs === undefined) return "never";
  const age = writeAge(Math.max(nowMs, bridgeNowMs()) - seenAtMs);
  return knowledge === "stale" ? `${age} old` : `${age} ago`;
}

function changeOf({ lastChange }: RoomInfo): string {
  return lastChange === undefined
    ? "none seen yet"
    : `${lastChange.by}, ${writeClockTime(lastChange.wallMs)}`;
}

function noteOf(room: RoomInfo): string {
  const marks = room.marksWaiting === 0 ? "" : `${room.marksWaiting} marks waiting`;
  const said = room.alarm ?? room.trouble ?? (room.status === undefined ? room.why : undefined);
  const change = room.lastChange === undefined ? "" : `by ${room.lastChange.by}`;
  return [marks, said ?? change].filter((text) => text !== "").join(" · ");
}
