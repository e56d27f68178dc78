import { useEffect } from "preact/hooks";
import { follow } from "./connection.tsx";
import { useField } from "./field.ts";
import { Histogram } from "./histogram.tsx";
import { MarksCard } from "./marks-card.tsx";
import type { CheckInfo, DeviceInfo } from "./protocol.ts";
import { devices, histograms, overview } from "./state.ts";
import { useNow, writeAge } from "./time.tsx";

/** Whether all is well, since when not, and what to do about it. */
export function HealthPage() {
  const about = useField(overview);
  const all = useField(devices) ?? [];
  const measured = useField(histograms);
  const nowMs = useNow(1000);
  useEffect(() => follow("latency"), []);
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
        {marks[state]}
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

const marks: Readonly<Record<CheckInfo["state"], string>> = {
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
