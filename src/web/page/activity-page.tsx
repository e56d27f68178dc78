import { useEffect, useMemo, useState } from "preact/hooks";
import { follow } from "./connection.tsx";
import { useField } from "./field.ts";
import type { Story } from "./protocol.ts";
import { devices, rooms, stories } from "./state.ts";
import { StoryView } from "./story-view.tsx";

const MOST_SHOWN = 150;

/** What happened, newest first: one press is one story. */
export function ActivityPage() {
  const all = useField(stories);
  const [room, setRoom] = useState("");
  const [device, setDevice] = useState("");
  const [only, setOnly] = useState<"everything" | "presses" | "troubles">("everything");
  useEffect(() => follow("activity"), []);
  const shown = useMemo(
    () =>
      all
        .filter((story) => room === "" || story.rooms.includes(room))
        .filter((story) => device === "" || story.device === device)
        .filter((story) => isWanted(story, only))
        .slice(-MOST_SHOWN)
        .toReversed(),
    [all, room, device, only],
  );
  return (
    <>
      <div class="head">
        <h1>Activity</h1>
        <Choice
          label="Room"
          all="All rooms"
          value={room}
          choose={setRoom}
          options={useField(rooms).map(({ name }) => name)}
        />
        <Choice
          label="Device"
          all="All devices"
          value={device}
          choose={setDevice}
          options={useField(devices)?.map(({ id }) => id) ?? []}
        />
        <fieldset class="chips" aria-label="What kind">
          {(["everything", "presses", "troubles"] as const).map((one) => (
            <button key={one} type="button" aria-pressed={one === only} onClick={() => setOnly(one)}>
              {one === "everything" ? "Everything" : one === "presses" ? "Presses" : "Refused and failed"}
            </button>
          ))}
        </fieldset>
      </div>
      {shown.length === 0 && (
        <p class="empty">Nothing has happened yet. Press a key, and its story appears here.</p>
      )}
      <ol class="stories" aria-label="Stories, newest first">
        {shown.map((story) => (
          <StoryView key={story.id} story={story} />
        ))}
      </ol>
    </>
  );
}

function isWanted({ kind, verdict }: Story, only: "everything" | "presses" | "troubles"): boolean {
  if (only === "everything") return true;
  if (only === "presses") return kind === "press" || kind === "request";
  return verdict === "refused" || verdict === "failed" || verdict === "trouble";
}

export function Choice(props: {
  readonly label: string;
  readonly all: string;
  readonly value: string;
  readonly options: readonly string[];
  choose(value: string): void;
}) {
  const { label, all, value, options, choose } = props;
  return (
    <select aria-label={label} value={value} onChange={(event) => choose(event.currentTarget.value)}>
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  );
}
