import { useRef } from "preact/hooks";
import { ask } from "../connection.tsx";
import { useField } from "../field.ts";
import type { CheckInfo, DeviceInfo, HistogramInfo, MarkInfo, MarksInfo } from "../protocol.ts";
import { complaint, devices, greeting, overview, readTopic } from "../state.ts";
import { useNow, writeAge, writeElapsed, writeMoment } from "../time.tsx";

const histograms = readTopic("latency", [] as readonly HistogramInfo[], (message) => message.histograms);
const marks = readTopic("marks", undefined as MarksInfo | undefined, (message) => message.marks);

/** Whether all is well, since when not, and what to do about it. */
export function Page() {
  const about = useField(overview);
  const all = useField(devices) ?? [];
  const measured = useField(histograms);
  const nowMs = useNow(1000);
  if (about === undefined) return <p class="waiting">Asking the bridge …</p>;
  const { server, checks, isReady } = about;
  return (
    <>
      <div class="head">
        <h1>Health</h1>
        <p class="said">
          For monitoring: <a href="./healthz">/healthz</a>, <a href="./readyz">/readyz</a>,{" "}
          <a href="./metrics">/metrics</a>, <a href="./status.json">/status.json</a>
        </p>
      </div>
      <div class="health">
        <section class="card ready" aria-label="Ready" data-ready={isReady}>
          <h2>{isReady ? "Ready: a press does what it should" : "Not ready"}</h2>
          <ul class="checks">
            {checks.map((check) => (
              <Check key={check.name} check={check} />
            ))}
          </ul>
          <p class="said">
            The server {server.url} has been {server.state} for {writeAge(nowMs - server.sinceAtMs)}.
          </p>
        </section>
        <section class="card" aria-label="Latency">
          <h2>How long it takes</h2>
          <div class="histograms">
            {measured.map((one) => (
              <Histogram key={one.name} histogram={one} />
            ))}
          </div>
        </section>
        <MarksCard />
        <section class="card wide" aria-label="Devices and links">
          <h2>Devices and links</h2>
          <ul class="device-list">
            {all.map((device) => (
              <DeviceLine key={device.id} device={device} nowMs={nowMs} />
            ))}
          </ul>
        </section>
      </div>
    </>
  );
}

function Check({ check }: { readonly check: CheckInfo }) {
  const { name, state, text, remedy } = check;
  return (
    <li data-state={state}>
      <span class="mark" aria-hidden="true">
        {signs[state]}
      </span>
      <div>
        <b>
          {name}
          <span class="for-readers">, {state}</span>
        </b>
        : {text}.{remedy !== "" && <p class="remedy">{remedy}</p>}
      </div>
    </li>
  );
}

const signs: Readonly<Record<CheckInfo["state"], string>> = {
  fine: "✓",
  warning: "!",
  failed: "✕",
  "not-known": "?",
};

function DeviceLine({ device, nowMs }: { readonly device: DeviceInfo; readonly nowMs: number }) {
  const { id, kind, state, productName, why, sinceAtMs, dropped, subscribers } = device;
  const drops = Object.entries(dropped).map(([reason, amount]) => `${amount} × ${reason}`);
  const since = state === "opening" ? "" : ` for ${writeAge(nowMs - sinceAtMs)}`;
  return (
    <li data-state={state}>
      <span class="mark" aria-hidden="true">
        {state === "open" ? "✓" : state === "lost" ? "✕" : "…"}
      </span>
      <div>
        <b>{id}</b> <span class="tag">{kind}</span>{" "}
        {state === "open" ? "open" : state === "lost" ? "lost" : "opening"}
        {since}
        <p class="remedy">
          {state === "lost" ? why : productName}
          {subscribers > 0 && ` · ${subscribers} subscribed`}
          {drops.length > 0 && ` · dropped: ${drops.join(", ")}`}
        </p>
      </div>
    </li>
  );
}

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
    <section class="card wide" aria-label="Marks">
      <h2>Marks</h2>
      <p class="said" role="status" tabIndex={-1} ref={summary}>
        {all === undefined ? "Asking the bridge …" : summarize(all)}
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
  if (waiting + refused === 0) return "No mark is waiting, and none that was refused is left to see to.";
  const left = waiting + refused - newest.length;
  const rest = left > 0 ? ` The newest of them; ${left} more are in valt-bridge journal marks.` : "";
  return `${refused} refused, ${waiting} waiting to be delivered.${rest}`;
}

function MarkLine(props: {
  readonly mark: MarkInfo;
  readonly settle: ((mark: string) => Promise<void>) | undefined;
}) {
  const { mark, settle } = props;
  const { id, state, room, text, pressedWallMs, timeSeconds, recording, by, why } = mark;
  const isRefused = state === "refused";
  const place =
    timeSeconds === undefined ? "at a time not known yet" : `at ${writeElapsed(timeSeconds * 1000)}`;
  return (
    <li data-state={isRefused ? "failed" : "opening"}>
      <span class="mark" aria-hidden="true">
        {isRefused ? "✕" : "…"}
      </span>
      <div>
        <b>{text}</b> <span class="tag">{room}</span> {state}
        {why !== "" && `: ${why}`}
        <p class="remedy">
          Pressed {writeMoment(pressedWallMs)}, {place} of recording {recording}, by {by}
        </p>
        {isRefused && settle !== undefined && (
          <button
            type="button"
            aria-label={`Settle the mark ${text} in ${room}`}
            onClick={() => void settle(id)}
          >
            Settle
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
    total === 0 ? "nothing measured yet" : `${total} measured; half within ${half}, 95 % within ${most95}`;
  return (
    <figure class="histogram">
      <figcaption>
        <b>{title}</b>
        <span class="summary">{summary}</span>
      </figcaption>
      <div class="bars" role="img" aria-label={`${title}: ${summary}`}>
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
  if (boundMs === undefined) return "more than 5 s";
  return boundMs < 1000 ? `${boundMs} ms` : `${boundMs / 1000} s`;
}
