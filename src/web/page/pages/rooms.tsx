import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ask } from "../connection.tsx";
import { useField } from "../field.ts";
import { CloseIcon } from "../icons.tsx";
import { badgeOf, capital } from "../naming.ts";
import type { RoomInfo } from "../protocol.ts";
import { overview, rooms } from "../state.ts";
import { bridgeNowMs, useNow, writeAge, writeClockTime, writeDayAndTime, writeElapsed } from "../time.tsx";

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

/** Every room, smooth with a thousand: only the rows that can be seen are there. */
export function Page() {
  const all = useField(rooms);
  const [wanted, setWanted] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const [chosen, setChosen] = useState("");
  const counts = useMemo(() => countBy(all), [all]);
  const shown = useMemo(
    () => all.filter((room) => passes(room, filter) && hasText(room, wanted.toLowerCase())),
    [all, filter, wanted],
  );
  const selected = all.find(({ name }) => name === chosen);
  return (
    <div class={selected === undefined ? "rooms-page" : "rooms-page has-details"}>
      <div class="head">
        <h1>Rooms</h1>
        <input
          type="search"
          class="search"
          placeholder="Find a room, number or recording"
          aria-label="Find a room, its number or a recording"
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
        <fieldset class="chips" aria-label="Which rooms">
          {FILTERS.filter((one) => one === "all" || one === filter || (counts.get(one) ?? 0) > 0).map(
            (one) => (
              <button key={one} type="button" aria-pressed={one === filter} onClick={() => setFilter(one)}>
                {one === "unknown" ? "Not known" : one === "alarm" ? "Alarm" : capital(one)}{" "}
                <span class="count">{one === "all" ? all.length : (counts.get(one) ?? 0)}</span>
              </button>
            ),
          )}
        </fieldset>
      </div>
      <RoomList shown={shown} chosen={chosen} choose={(name) => setChosen(name === chosen ? "" : name)} />
      {selected !== undefined && <RoomDetails room={selected} close={() => setChosen("")} />}
    </div>
  );
}

const ROW_PX = 60;
const SPARE_ROWS = 6;

function RoomList(props: {
  readonly shown: readonly RoomInfo[];
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
  if (shown.length === 0) return <p class="empty">No room fits.</p>;
  return (
    <ol
      ref={list}
      class="room-list"
      aria-label={`${shown.length} rooms`}
      style={{ height: `${shown.length * ROW_PX}px` }}
    >
      {shown.slice(range.first, range.last).map((room, index) => (
        <RoomRow
          key={room.name}
          room={room}
          nowMs={nowMs}
          place={{ index: range.first + index, of: shown.length, topPx: (range.first + index) * ROW_PX }}
          isChosen={room.name === chosen}
          choose={choose}
        />
      ))}
    </ol>
  );
}

function passes(room: RoomInfo, filter: Filter): boolean {
  if (filter === "all") return true;
  if (filter === "unknown") return room.status === undefined;
  if (filter === "alarm") return room.alarm !== undefined;
  return room.status === filter;
}

function hasText({ name, id, recording = "" }: RoomInfo, wanted: string): boolean {
  return (
    wanted === "" ||
    name.toLowerCase().includes(wanted) ||
    String(id) === wanted ||
    recording.includes(wanted)
  );
}

function countBy(all: readonly RoomInfo[]): ReadonlyMap<Filter, number> {
  return new Map(FILTERS.map((filter) => [filter, all.filter((room) => passes(room, filter)).length]));
}

function RoomRow(props: {
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

function Badge({ room }: { readonly room: RoomInfo }) {
  const { look, word, icon } = badgeOf(room);
  return (
    <span class="badge" data-look={look}>
      <span aria-hidden="true">{icon}</span> {word}
    </span>
  );
}

/** Everything that is known of one room. */
function RoomDetails({ room, close }: { readonly room: RoomInfo; close(): void }) {
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

function elapsedOf({ elapsedMs, atMs, status }: RoomInfo, nowMs: number): string {
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
