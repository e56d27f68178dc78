import { useMemo, useRef, useState } from "preact/hooks";
import type { Phrase } from "../../../language/phrases.ts";
import { ask } from "../connection.tsx";
import { useField } from "../field.ts";
import type { CheckInfo, DeviceInfo, HistogramInfo, LogLineInfo, MarkInfo, MarksInfo } from "../protocol.ts";
import { Reason, Said, Technical } from "../reason.tsx";
import { complaint, devices, greeting, overview, readTopic } from "../state.ts";
import { useNow, writeAge, writeClockTime, writeElapsed, writeMoment } from "../time.tsx";
import { isPhrase, say, translate } from "../words.ts";

const MOST_LINES = 300;

const histograms = readTopic(
  "latency",
  undefined as readonly HistogramInfo[] | undefined,
  (message) => message.histograms,
);
const marks = readTopic("marks", undefined as MarksInfo | undefined, (message) => message.marks);

/** The last lines of the log, oldest first; nothing before the first answer. */
const log = readTopic("log", undefined as readonly LogLineInfo[] | undefined, ({ lines }, before = []) => {
  const [first] = lines;
  // A bridge that was started anew counts from the beginning.
  const isGoingOn = first !== undefined && before.at(-1)?.number === first.number - 1;
  return (isGoingOn ? [...before, ...lines] : lines).slice(-MOST_LINES);
});

/** Whether all is well, since when not, and what to do about it. */
export function Page() {
  const about = useField(overview);
  const all = useField(devices);
  const measured = useField(histograms);
  const nowMs = useNow(1000);
  if (about === undefined)
    return (
      <>
        <h1>{say("Health")}</h1>
        <Waiting />
      </>
    );
  const { servers, checks, isReady } = about;
  return (
    <>
      <div class="head">
        <h1>{say("Health")}</h1>
        <p class="said">
          {say("For monitoring:")} <a href="./healthz">/healthz</a>, <a href="./readyz">/readyz</a>,{" "}
          <a href="./metrics">/metrics</a>, <a href="./status.json">/status.json</a>
        </p>
      </div>
      <div class="health">
        <section class="card ready" aria-label={say("Ready")} data-ready={isReady}>
          <h2>{isReady ? say("Ready: a press does what it should") : say("Not ready")}</h2>
          <ul class="checks">
            {sayOnce(checks).map((check) => (
              <Check key={`${check.server ?? ""} ${check.name}`} check={check} />
            ))}
          </ul>
          {servers.map(({ name, state, sinceAtMs }) => {
            const age = writeAge(nowMs - sinceAtMs);
            return (
              <p class="said" key={name}>
                {name !== "" && `${name}: `}
                {state === "reachable"
                  ? say("The server has answered for {age}.", { age })
                  : say("The server has not answered for {age}.", { age })}
              </p>
            );
          })}
        </section>
        <section class="card" aria-label={say("How long it takes")}>
          <h2>{say("How long it takes")}</h2>
          {measured === undefined && <Waiting />}
          <div class="histograms">
            {measured?.map((one) => (
              <Histogram key={one.name} histogram={one} />
            ))}
          </div>
        </section>
        <MarksCard />
        <section class="card wide" aria-label={say("Devices and links")}>
          <h2>{say("Devices and links")}</h2>
          {all === undefined && <Waiting />}
          <ul class="device-list">
            {all?.map((device) => (
              <DeviceLine key={device.id} device={device} nowMs={nowMs} />
            ))}
          </ul>
        </section>
        <LogCard />
      </div>
    </>
  );
}

function Waiting() {
  return <p class="waiting">{say("Asking the bridge …")}</p>;
}

/** Several checks may fail for one reason: it stands where it is told first. */
function sayOnce(checks: readonly CheckInfo[]): readonly CheckInfo[] {
  const said = new Set<string>();
  const isNew = (sentence: string) => {
    const bare = sentence.replace(/\.$/, "");
    if (bare === "" || said.has(bare)) return false;
    said.add(bare);
    return true;
  };
  return checks.map(({ why = "", remedy, ...check }) => ({
    ...check,
    why: why.split(": ").filter(isNew).join(": "),
    remedy: isNew(remedy) ? remedy : "",
  }));
}

/** The log's last lines, those that have every word of the filter. */
function LogCard() {
  const all = useField(log);
  const [filter, setFilter] = useState("");
  const [level, setLevel] = useState<"all" | "troubles">("all");
  const shown = useMemo(() => {
    const words = filter.toLowerCase().split(/\s+/);
    return (all ?? [])
      .filter((line) => level === "all" || line.level === "warning" || line.level === "error")
      .filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)))
      .toReversed();
  }, [all, filter, level]);
  return (
    <section class="card wide" aria-label={say("Log")}>
      <header class="log-head">
        <h2>{say("Log")}</h2>
        <input
          type="search"
          aria-label={say("Search in the log")}
          placeholder={say("Search")}
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
        <fieldset class="chips" aria-label={say("Which lines")}>
          {(["all", "troubles"] as const).map((one) => (
            <button key={one} type="button" aria-pressed={one === level} onClick={() => setLevel(one)}>
              {one === "all" ? say("Everything") : say("Warnings and errors")}
            </button>
          ))}
        </fieldset>
      </header>
      {all === undefined && <Waiting />}
      {all !== undefined && shown.length === 0 && <p class="empty">{say("No line of the log fits.")}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ol class="log" tabIndex={0} aria-label={say("Lines of the log, newest first")}>
        {shown.map(({ number, wallMs, level: grade, text }) => (
          <li key={number} data-level={grade}>
            <time>{writeClockTime(wallMs)}</time> {text}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Check({ check }: { readonly check: CheckInfo }) {
  const { name, server, state, text, why = "", remedy } = check;
  return (
    <li data-state={state}>
      <span class="mark" aria-hidden="true">
        {signs[state]}
      </span>
      <div>
        <b>
          {translate(name)}
          {server !== undefined && ` ${server}`}
          <span class="for-readers">, {tellState(state)}</span>
        </b>
        : <Said text={text} />
        {isPhrase(why) && `: ${translate(why)}`}.{remedy !== "" && <p class="remedy">{translate(remedy)}</p>}
        {!isPhrase(why) && <Technical text={why} />}
      </div>
    </li>
  );
}

function tellState(state: CheckInfo["state"]): string {
  switch (state) {
    case "fine":
      return say("fine");
    case "warning":
      return say("warning");
    case "failed":
      return say("failed");
    case "not-known":
      return say("not known");
  }
}

const signs: Readonly<Record<CheckInfo["state"], string>> = {
  fine: "✓",
  warning: "!",
  failed: "✕",
  "not-known": "?",
};

function DeviceLine({ device, nowMs }: { readonly device: DeviceInfo; readonly nowMs: number }) {
  const { id, kind, state, productName, why, remedy, sinceAtMs, dropped, subscribers, face } = device;
  const mayPress = useField(greeting)?.mayPress === true;
  const test = async (what: PanelTest) => {
    const { isFine, text } = await ask({ type: "panel-test", device: id, what });
    if (!isFine) complaint.set(text);
  };
  const drops = Object.entries(dropped).map(([reason, amount]) => `${amount} × ${reason}`);
  const age = writeAge(nowMs - sinceAtMs);
  return (
    <li data-state={state}>
      <span class="mark" aria-hidden="true">
        {state === "open" ? "✓" : state === "lost" ? "✕" : "…"}
      </span>
      <div>
        <b>{id}</b> <span class="tag">{kind}</span>{" "}
        {state === "opening"
          ? say("being opened")
          : state === "open"
            ? say("open for {age}", { age })
            : say("not there for {age}", { age })}
        <p class="remedy">
          {state === "lost" ? translate(remedy) : <span class="product">{productName}</span>}
          {subscribers > 0 && ` · ${say("{count} subscribed", { count: subscribers })}`}
          {drops.length > 0 && ` · ${say("dropped: {what}", { what: drops.join(", ") })}`}
        </p>
        {state === "lost" && <Technical text={why} />}
        {mayPress && state === "open" && face === "panel" && (
          <fieldset class="chips" aria-label={id}>
            {panelTests.map(({ what, title }) => (
              <button key={what} type="button" onClick={() => void test(what)}>
                {say(title)}
              </button>
            ))}
          </fieldset>
        )}
      </div>
    </li>
  );
}

type PanelTest = "identify" | "lamp-test";

const panelTests = [
  { what: "identify", title: "Identify" },
  { what: "lamp-test", title: "Lamp test" },
] as const satisfies readonly { readonly what: PanelTest; readonly title: Phrase }[];

/** Marks that are not on their server: those that wait, and those that it would not take. */
function MarksCard() {
  const all = useField(marks);
  const mayPress = useField(greeting)?.mayPress === true;
  const summary = useRef<HTMLParagraphElement>(null);
  const settle = async (mark: string) => {
    const { isFine, text } = await ask({ type: "settle", mark });
    // The line goes, and with it the button that has the focus.
    summary.current?.focus();
    if (!isFine) complaint.set(text);
  };
  return (
    <section class="card wide" aria-label={say("Marks")}>
      <h2>{say("Marks")}</h2>
      <p class="said" role="status" tabIndex={-1} ref={summary}>
        {all === undefined ? say("Asking the bridge …") : summarize(all)}
      </p>
      {all !== undefined && all.newest.length > 0 && (
        <ul class="device-list">
          {all.newest.map((mark) => (
            <MarkLine key={mark.id} mark={mark} settle={mayPress ? settle : undefined} />
          ))}
        </ul>
      )}
    </section>
  );
}

function summarize({ waiting, refused, newest }: MarksInfo): string {
  if (waiting + refused === 0) return say("No mark is waiting, and none that was refused is left to see to.");
  const left = waiting + refused - newest.length;
  const counts = say("{refused} refused, {waiting} waiting to be delivered.", { refused, waiting });
  if (left === 0) return counts;
  return `${counts} ${say("The newest of them; {count} more are in valt-bridge journal marks.", { count: left })}`;
}

function MarkLine(props: {
  readonly mark: MarkInfo;
  readonly settle: ((mark: string) => Promise<void>) | undefined;
}) {
  const { mark, settle } = props;
  const { id, state, room, text, pressedWallMs, timeSeconds, recording, by, why } = mark;
  const isRefused = state === "refused";
  const place = timeSeconds === undefined ? say("at a time not known yet") : writeElapsed(timeSeconds * 1000);
  return (
    <li data-state={isRefused ? "failed" : "opening"}>
      <span class="mark" aria-hidden="true">
        {isRefused ? "✕" : "…"}
      </span>
      <div>
        <b>{text}</b> <span class="tag">{room}</span> {isRefused ? say("refused") : say("waiting")}
        {why !== "" && (
          <>
            : <Reason text={why} />
          </>
        )}
        <p class="remedy">
          {say("Pressed {moment}, {place}, recording {recording}, by {by}", {
            ...{ moment: writeMoment(pressedWallMs), place, recording, by },
          })}
        </p>
        {isRefused && settle !== undefined && (
          <button
            type="button"
            aria-label={say("Settle the mark {text} in {room}", { text, room })}
            onClick={() => void settle(id)}
          >
            {say("Settle")}
          </button>
        )}
      </div>
    </li>
  );
}

/** How often something took how long, with the times within which half, and 95 in 100, were done. */
function Histogram({ histogram }: { readonly histogram: HistogramInfo }) {
  const { title, boundsMs, counts } = histogram;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(1, ...counts);
  const [half, most95] = [boundOf(histogram, 0.5), boundOf(histogram, 0.95)];
  const summary =
    total === 0
      ? say("nothing measured yet")
      : say("{total} measured; half within {half}, 95 % within {most}", { total, half, most: most95 });
  return (
    <figure class="histogram">
      <figcaption>
        <b>{translate(title)}</b>
        <span class="summary">{summary}</span>
      </figcaption>
      <div class="bars" role="img" aria-label={`${translate(title)}: ${summary}`}>
        {counts.map((count, index) => (
          <span
            class="bar-place"
            key={boundsMs[index] ?? "more"}
            title={`${label(boundsMs[index])}: ${count}`}
          >
            <i class="bar-share" style={{ height: `${(count / most) * 100}%` }} />
          </span>
        ))}
      </div>
      <div class="bounds" aria-hidden="true">
        <span>1 ms</span>
        <span>20</span>
        <span>500 ms</span>
        <span>5 s</span>
      </div>
    </figure>
  );
}

function boundOf({ boundsMs, counts }: HistogramInfo, share: number): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [index, count] of counts.entries()) {
    seen += count;
    if (seen >= total * share) return label(boundsMs[index]);
  }
  return label(undefined);
}

function label(boundMs: number | undefined): string {
  if (boundMs === undefined) return say("more than 5 s");
  return boundMs < 1000 ? `${boundMs} ms` : `${boundMs / 1000} s`;
}
