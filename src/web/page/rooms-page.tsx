import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useField } from "./field.ts";
import { capital } from "./naming.ts";
import type { RoomInfo } from "./protocol.ts";
import { RoomDetails, RoomRow } from "./room-row.tsx";
import { rooms } from "./state.ts";
import { useNow } from "./time.tsx";

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
export function RoomsPage() {
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
