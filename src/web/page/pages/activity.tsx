import { useMemo, useState } from "preact/hooks";
import { Choice } from "../choice.tsx";
import { useField } from "../field.ts";
import type { Story, StoryStep, Verdict } from "../protocol.ts";
import { devices, readTopic, rooms } from "../state.ts";
import { writeClockTime, writeDuration } from "../time.tsx";

const MOST_KEPT = 500;
const MOST_SHOWN = 150;

/** Stories so far, oldest first. */
const stories = readTopic("stories", [] as readonly Story[], (message, before) => {
  const all = new Map(before.map((story) => [story.id, story]));
  for (const story of message.stories) all.set(story.id, story);
  return [...all.values()].slice(-MOST_KEPT);
});

/** What happened, newest first: one press is one story. */
export function Page() {
  const all = useField(stories);
  const [room, setRoom] = useState("");
  const [device, setDevice] = useState("");
  const [only, setOnly] = useState<"everything" | "presses" | "troubles">("everything");
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

/** One story: what it was, how it ended, and each step with its time since the touch. */
function StoryView({ story }: { readonly story: Story }) {
  const { title, wallMs, verdict, steps, peer, rooms } = story;
  const lastMs = steps.at(-1)?.afterMs ?? 0;
  return (
    <li class="card story" data-verdict={verdict}>
      <header>
        <time>{writeClockTime(wallMs)}</time>
        <h2>{title}</h2>
        {rooms.map((room) => (
          <span class="tag" key={room}>
            {room}
          </span>
        ))}
        {peer !== undefined && <span class="tag">{peer}</span>}
        {verdict !== "news" && (
          <span class="verdict" data-verdict={verdict}>
            {verdicts[verdict]}
          </span>
        )}
      </header>
      {steps.length > 0 && (
        <ol class="steps">
          {steps.map((step, index) => (
            <Step key={`${step.what} ${index}`} step={step} lastMs={lastMs} />
          ))}
        </ol>
      )}
    </li>
  );
}

/** The bar shows when it was, as a share of the whole story; square roots, since answers take far longer than requests. */
function Step({ step, lastMs }: { readonly step: StoryStep; readonly lastMs: number }) {
  const { what, text, afterMs } = step;
  const share = lastMs === 0 ? 0 : Math.sqrt(afterMs / lastMs);
  return (
    <li data-what={what}>
      <span class="after">{afterMs === 0 ? "0" : writeDuration(afterMs)}</span>
      <span class="track" aria-hidden="true">
        <i style={{ left: `${Math.min(100, share * 100)}%` }} />
      </span>
      <span class="said">{text}</span>
    </li>
  );
}

const verdicts: Readonly<Record<Verdict, string>> = {
  open: "under way",
  done: "done",
  refused: "refused",
  failed: "failed",
  news: "",
  trouble: "trouble",
};
