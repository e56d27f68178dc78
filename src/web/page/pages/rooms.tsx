import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useField } from "../field.ts";
import type { RecordingInfo, RoomInfo } from "../protocol.ts";
import { capital, Said } from "../reason.tsx";
import { RoomDrawer } from "../room-drawer.tsx";
import { Badge, elapsedOf, writeSeen } from "../room-facts.tsx";
import { tellDoer, tellStatus, writeSince } from "../room-words.ts";
import { readTopic, rooms, unheardRooms } from "../state.ts";
import { useNow } from "../time.tsx";
import { isPhrase, say } from "../words.ts";

const FILTERS = [
  "all",
  "recording",
  "paused",
  "available",
  "locked",
  "prepared",
  "unknown",
  "alarm",
] as const;
type Filter = (typeof FILTERS)[number];

const recordings = readTopic(
  "recordings",
  new Map<string, RecordingInfo>(),
  (message) => new Map(message.recordings.map((one) => [keyOf(one.room, one.id), one])),
);

/** A room, and what is known of its recording. */
interface Shown {
  readonly room: RoomInfo;
  readonly recording: RecordingInfo | undefined;
}

/** Every room, smooth with a thousand: only the rows that can be seen are there. */
export function Page() {
  const all = useField(rooms);
  const named = useField(recordings);
  const [wanted, setWanted] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const [chosen, setChosen] = useState("");
  const counts = useMemo(() => countBy(all), [all]);
  const shown = useMemo(
    () =>
      all
        .map((room) => ({ room, recording: named.get(keyOf(room.name, room.recording ?? "")) }))
        .filter((one) => passes(one.room, filter) && hasText(one, wanted.toLowerCase())),
    [all, named, filter, wanted],
  );
  const selected = all.find(({ name }) => name === chosen);
  return (
    <div class={selected === undefined ? "rooms-page" : "rooms-page has-details"}>
      <div class="head">
        <h1>{say("Rooms")}</h1>
        <input
          type="search"
          class="search"
          placeholder={say("Find a room, number or recording")}
          aria-label={say("Find a room, its number or a recording")}
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
        <fieldset class="chips" aria-label={say("Which rooms")}>
          {FILTERS.filter((one) => one === "all" || one === filter || (counts.get(one) ?? 0) > 0).map(
            (one) => (
              <button key={one} type="button" aria-pressed={one === filter} onClick={() => setFilter(one)}>
                {tellFilter(one)}{" "}
                {all !== unheardRooms && (
                  <span class="count">{one === "all" ? all.length : (counts.get(one) ?? 0)}</span>
                )}
              </button>
            ),
          )}
        </fieldset>
      </div>
      {all === unheardRooms ? (
        <p class="waiting">{say("Asking the bridge …")}</p>
      ) : (
        <RoomList shown={shown} chosen={chosen} choose={(name) => setChosen(name === chosen ? "" : name)} />
      )}
      {selected !== undefined && (
        <RoomDrawer
          room={selected}
          recording={named.get(keyOf(selected.name, selected.recording ?? ""))}
          close={() => setChosen("")}
        />
      )}
    </div>
  );
}

function tellFilter(filter: Filter): string {
  if (filter === "all") return say("All");
  if (filter === "unknown") return say("Not known");
  return filter === "alarm" ? say("Alarm") : tellStatus(filter);
}

const ROW_PX = 60;
const SPARE_ROWS = 6;

function RoomList(props: {
  readonly shown: readonly Shown[];
  readonly chosen: string;
  choose(name: string): void;
}) {
  const { shown, chosen, choose } = props;
  const list = useRef<HTMLOListElement>(null);
  const [range, setRange] = useState({ first: 0, last: 30 });
  const nowMs = useNow(1000);
  useEffect(() => {
    const measure = () => {
      const top = list.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / ROW_PX) - SPARE_ROWS);
      const last = Math.ceil((innerHeight - top) / ROW_PX) + SPARE_ROWS;
      setRange((before) => (before.first === first && before.last === last ? before : { first, last }));
    };
    measure();
    addEventListener("scroll", measure, { passive: true });
    addEventListener("resize", measure);
    return () => {
      removeEventListener("scroll", measure);
      removeEventListener("resize", measure);
    };
  }, []);
  if (shown.length === 0) return <p class="empty">{say("No room fits.")}</p>;
  return (
    <>
      <p class="room-grid room-head" aria-hidden="true">
        <span>{say("State")}</span>
        <span>{say("Room")}</span>
        <span>{say("Recording")}</span>
        <span class="elapsed">{say("Time")}</span>
        <span class="since">{say("Since, by")}</span>
        <span class="age">{say("Checked")}</span>
      </p>
      <ol
        ref={list}
        class="room-list"
        aria-label={say("Rooms")}
        style={{ height: `${shown.length * ROW_PX}px` }}
      >
        {shown.slice(range.first, range.last).map((one, index) => (
          <RoomRow
            key={one.room.name}
            {...one}
            nowMs={nowMs}
            place={{ index: range.first + index, of: shown.length, topPx: (range.first + index) * ROW_PX }}
            isChosen={one.room.name === chosen}
            choose={choose}
          />
        ))}
      </ol>
    </>
  );
}

function passes(room: RoomInfo, filter: Filter): boolean {
  if (filter === "all") return true;
  if (filter === "unknown") return room.status === undefined;
  if (filter === "alarm") return room.alarm !== undefined;
  return room.status === filter;
}

function hasText({ room, recording }: Shown, wanted: string): boolean {
  const { name, label, server = "", serverName = "", id } = room;
  const texts = [name, label, server, serverName, recording?.name ?? "", room.recording ?? ""];
  return wanted === "" || String(id) === wanted || texts.some((text) => text.toLowerCase().includes(wanted));
}

function countBy(all: readonly RoomInfo[]): ReadonlyMap<Filter, number> {
  return new Map(FILTERS.map((filter) => [filter, all.filter((room) => passes(room, filter)).length]));
}

function RoomRow(
  props: Shown & {
    readonly nowMs: number;
    readonly place: { readonly index: number; readonly of: number; readonly topPx: number };
    readonly isChosen: boolean;
    choose(name: string): void;
  },
) {
  const { room, recording, nowMs, place, isChosen, choose } = props;
  const { name, label, server, serverName, id } = room;
  return (
    <li
      class="room-row"
      aria-setsize={place.of}
      aria-posinset={place.index + 1}
      style={{ transform: `translateY(${place.topPx}px)` }}
      data-knowledge={room.knowledge}
    >
      <button type="button" class="room-grid" aria-expanded={isChosen} onClick={() => choose(name)}>
        <Badge room={room} isInRow />
        <span class="two-lines">
          <b>{label}</b>
          <small>{[server, serverName, id].filter((one) => one !== undefined).join(" · ")}</small>
        </span>
        <span class="two-lines recording-name">
          <span>{recording?.name ?? ""}</span>
          <Note room={room} />
        </span>
        <span class="elapsed">{elapsedOf(room, nowMs)}</span>
        <Since {...props} />
        <span class="age">{writeSeen(room, nowMs)}</span>
      </button>
    </li>
  );
}

/** Since when the room is as it is and by whom, as far as anybody here knows. */
function Since({ room, recording }: Shown) {
  const { lastChange, start, status } = room;
  const isRunning = status === "recording" || status === "paused";
  const wallMs = lastChange?.wallMs ?? (isRunning ? (start?.wallMs ?? recording?.createdWallMs) : undefined);
  const by = lastChange?.by ?? (isRunning ? start?.by : undefined);
  return (
    <span class="two-lines since">
      <span>
        {wallMs !== undefined && <span class="for-readers">{say("Since")} </span>}
        {wallMs === undefined ? "" : writeSince(wallMs)}
      </span>
      <small>{by === undefined ? "" : tellDoer(by)}</small>
    </span>
  );
}

/** What waits and what is wrong, in few words; sentences are in the drawer. */
function Note({ room }: { readonly room: RoomInfo }) {
  const { alarm, alarmBrief = alarm, trouble, brief = trouble, knowledge, marksWaiting: count } = room;
  const marks =
    count === 0 ? [] : [count === 1 ? say("1 mark waiting") : say("{count} marks waiting", { count })];
  const wrong = alarmBrief ?? brief;
  const unknown = knowledge === "stale" ? [say("not known: the server does not answer")] : [];
  if (wrong === undefined) return <small>{capital([...marks, ...unknown].join(" · "))}</small>;
  return (
    <small class="problem">
      {marks.map((text) => `${text} · `)}
      {isPhrase(wrong) ? capital(wrong) : <Said text={wrong} />}
    </small>
  );
}

/** Two servers may give their recordings the same id. */
function keyOf(room: string, recording: string): string {
  return `${room} ${recording}`;
}
