import { useMemo, useState } from "preact/hooks";
import { Choice } from "../choice.tsx";
import { ask } from "../connection.tsx";
import { type ExportKind, saveStories } from "../export-stories.tsx";
import { useField } from "../field.ts";
import type { Story, StoryStep, Verdict } from "../protocol.ts";
import { capital, Reason, Said } from "../reason.tsx";
import { devices, readTopic, roomLabels, rooms } from "../state.ts";
import { writeClockTime, writeDuration, writeMoment } from "../time.tsx";
import { say, tell, tellPeer } from "../words.ts";

const MOST_KEPT = 500;
const MOST_SHOWN = 150;

/** Stories so far, oldest first; nothing before the first answer. */
const live = readTopic("stories", undefined as readonly Story[] | undefined, (message, before = []) => {
  const all = new Map(before.map((story) => [story.id, story]));
  for (const story of message.stories) all.set(story.id, story);
  return [...all.values()].slice(-MOST_KEPT);
});

/** Stories of days that somebody chose, from the journal. */
type Past =
  | { readonly state: "reading" }
  | { readonly state: "failed"; readonly why: string }
  | { readonly state: "read"; readonly stories: readonly Story[]; readonly isCut: boolean };

const SORTS = ["everything", "presses", "troubles"] as const;
type Sort = (typeof SORTS)[number];

/** What happened, newest first: one press is one story. */
export function Page() {
  const now = useField(live);
  const [past, setPast] = useState<Past | undefined>(undefined);
  const [room, setRoom] = useState("");
  const [device, setDevice] = useState("");
  const [text, setText] = useState("");
  const [sort, setSort] = useState<Sort>("everything");
  const all = past === undefined ? now : past.state === "read" ? past.stories : undefined;
  const fitting = useMemo(
    () =>
      (all ?? [])
        .filter((story) => room === "" || story.rooms.includes(room))
        .filter((story) => device === "" || story.device === device)
        .filter((story) => isWanted(story, sort) && says(story, text)),
    [all, room, device, sort, text],
  );
  const shown = fitting.slice(-MOST_SHOWN).toReversed();
  return (
    <>
      <div class="head filters">
        <h1>{say("Activity")}</h1>
        <input
          type="search"
          aria-label={say("Search in the stories")}
          placeholder={say("Search")}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <Choice
          label={say("Room")}
          all={say("All rooms")}
          value={room}
          choose={setRoom}
          options={useField(rooms)?.map(({ name }) => name) ?? []}
          labels={useField(roomLabels)}
        />
        <Choice
          label={say("Device")}
          all={say("All devices")}
          value={device}
          choose={setDevice}
          options={useField(devices)?.map(({ id }) => id) ?? []}
        />
        <fieldset class="chips" aria-label={say("What kind")}>
          {SORTS.map((one) => (
            <button key={one} type="button" aria-pressed={one === sort} onClick={() => setSort(one)}>
              {tellSort(one)}
            </button>
          ))}
        </fieldset>
      </div>
      <div class="head when">
        <Days read={setPast} />
        <Export stories={fitting} />
      </div>
      <Note past={past} isKnown={all !== undefined} count={fitting.length} />
      <ol class="stories" aria-label={say("Stories, newest first")}>
        {shown.map((story) => (
          <StoryView key={story.id} story={story} isPast={past !== undefined} />
        ))}
      </ol>
    </>
  );
}

function tellSort(sort: Sort): string {
  if (sort === "everything") return say("Everything");
  return sort === "presses" ? say("Presses") : say("Refused and failed");
}

function isWanted({ kind, verdict }: Story, sort: Sort): boolean {
  if (sort === "everything") return true;
  if (sort === "presses") return kind === "press" || kind === "request";
  return verdict === "refused" || verdict === "failed" || verdict === "trouble";
}

/** Every word that was typed stands somewhere in the story. */
function says({ title, rooms: where, device, peer = "", steps }: Story, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/);
  const told = [title, ...steps.map((step) => step.text)].map((text) => tell(text, roomLabels.value));
  const labels = where.map((room) => roomLabels.value.get(room));
  const all = [...told, device, peer, tellPeer(peer), ...where, ...labels].join("\n").toLowerCase();
  return words.every((word) => all.includes(word));
}

/** Days of the journal, older than the bridge's process too; without a day, what happens now. */
function Days({ read }: { readonly read: (past: Past | undefined) => void }) {
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");
  const choose = async (from: string, until: string) => {
    setFirst(from);
    setLast(until);
    const [day] = [from, until].filter((one) => one !== "");
    if (day === undefined) return read(undefined);
    read({ state: "reading" });
    const range = {
      sinceWallMs: startOf(from || day, 0),
      untilWallMs: startOf(until || day, 1),
    };
    const { isFine, text } = await ask({ type: "history", ...range });
    read(isFine ? { state: "read", ...JSON.parse(text) } : { state: "failed", why: text });
  };
  return (
    <>
      <label>
        {say("From")}{" "}
        <input
          type="date"
          value={first}
          onChange={({ currentTarget: { value } }) => void choose(value, last)}
        />
      </label>
      <label>
        {say("To")}{" "}
        <input
          type="date"
          value={last}
          onChange={({ currentTarget: { value } }) => void choose(first, value)}
        />
      </label>
      <button type="button" disabled={first === "" && last === ""} onClick={() => void choose("", "")}>
        {say("Now")}
      </button>
    </>
  );
}

/** Midnight here at the beginning of `2026-01-31`, or so many days later. */
function startOf(day: string, later: number): number {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).getTime();
}

function Export({ stories }: { readonly stories: readonly Story[] }) {
  return (
    <span class="export">
      {(["csv", "json"] satisfies ExportKind[]).map((kind) => (
        <button
          key={kind}
          type="button"
          disabled={stories.length === 0}
          aria-label={say("Save what is seen as {kind}", { kind: kind.toUpperCase() })}
          onClick={() => saveStories(stories, kind)}
        >
          {kind.toUpperCase()}
        </button>
      ))}
    </span>
  );
}

/** Why nothing is seen, or what is left out. */
function Note(props: { readonly past: Past | undefined; readonly isKnown: boolean; readonly count: number }) {
  const { past, isKnown, count } = props;
  if (past?.state === "failed") return <p class="empty">{past.why}</p>;
  if (past?.state === "reading") return <p class="waiting">{say("The journal is being read …")}</p>;
  if (!isKnown) return <p class="waiting">{say("Asking the bridge …")}</p>;
  if (past?.state === "read" && past.isCut)
    return <p class="said">{say("Only the newest part of these days is here: choose fewer days.")}</p>;
  if (count === 0)
    return (
      <p class="empty">
        {past === undefined
          ? say("Nothing fits or has happened yet. Press a key, and its story appears here.")
          : say("The journal has nothing that fits.")}
      </p>
    );
  if (count > MOST_SHOWN)
    return (
      <p class="said">{say("The newest {shown} of {count} are shown.", { shown: MOST_SHOWN, count })}</p>
    );
  return null;
}

/** One story: what it was and how it ended; open, each step with its time since the touch. */
function StoryView({ story, isPast }: { readonly story: Story; readonly isPast: boolean }) {
  const { title, wallMs, verdict, steps, peer, rooms: where } = story;
  const labels = useField(roomLabels);
  const lastMs = steps.at(-1)?.afterMs ?? 0;
  const who = peer === undefined ? undefined : tellPeer(peer);
  const header = (
    <>
      <time>{isPast ? writeMoment(wallMs) : writeClockTime(wallMs)}</time>
      <h2>
        <Said text={title} />
      </h2>
      {where.map((room) => (
        <span class="tag" key={room}>
          {labels.get(room) ?? room}
        </span>
      ))}
      {who !== undefined && <span class="tag">{who === peer ? peer : capital(who)}</span>}
      {verdict !== "news" && (
        <span class="verdict" data-verdict={verdict}>
          {tellVerdict(verdict)}
        </span>
      )}
    </>
  );
  return (
    <li class="card story" data-verdict={verdict}>
      {steps.length === 0 ? (
        <header>{header}</header>
      ) : (
        <details>
          <summary>{header}</summary>
          <ol class="steps">
            {steps.map((step, index) => (
              <Step key={`${step.what} ${index}`} step={step} lastMs={lastMs} />
            ))}
          </ol>
        </details>
      )}
      {isTrouble(verdict) && (
        <p class="why">
          <StepText step={steps.findLast(({ what }) => what === "ended")} />
        </p>
      )}
    </li>
  );
}

function isTrouble(verdict: Verdict): boolean {
  return verdict === "refused" || verdict === "failed";
}

/** The bar shows when it was, as a share of the whole story; square roots, since answers take far longer than requests. */
function Step({ step, lastMs }: { readonly step: StoryStep; readonly lastMs: number }) {
  const { what, afterMs } = step;
  const share = lastMs === 0 ? 0 : Math.sqrt(afterMs / lastMs);
  return (
    <li data-what={what}>
      <span class="after">{afterMs === 0 ? "0" : writeDuration(afterMs)}</span>
      <span class="track" aria-hidden="true">
        <i style={{ left: `${Math.min(100, share * 100)}%` }} />
      </span>
      <span class="said">
        <StepText step={step} />
      </span>
    </li>
  );
}

function StepText({ step }: { readonly step: StoryStep | undefined }) {
  if (step === undefined) return null;
  const { text, brief } = step;
  return typeof text === "string" ? <Reason brief={brief} text={text} /> : <Said text={text} />;
}

function tellVerdict(verdict: Exclude<Verdict, "news">): string {
  switch (verdict) {
    case "open":
      return say("under way");
    case "done":
      return say("done");
    case "refused":
      return say("refused");
    case "failed":
      return say("failed");
    case "trouble":
      return say("trouble");
  }
}
