import { Gauge, Histogram, Registry } from "prom-client";
import { redact } from "../base/redact.ts";
import type { BridgeStatus } from "../bridge/status.ts";
import type { Phrase } from "../language/phrases.ts";
import { countRefused } from "./describe-marks.ts";
import type { HistogramInfo } from "./page/protocol.ts";
import type { Timing } from "./stories.ts";

/** What is measured, for pages and for monitoring. */
export interface Metrics {
  observe(timing: Timing): void;
  /** For the page. */
  histograms(): Promise<readonly HistogramInfo[]>;
  /** In the text format of Prometheus. */
  render(): Promise<string>;
}

const STAGES: Readonly<Record<Timing["stage"], Phrase>> = {
  "touch-to-request": "From the touch to the request",
  "request-to-answer": "From the request to the server’s answer",
  "touch-to-lamp": "From the touch until the control shows it",
  "touch-to-confirmed": "From the touch until the server confirms it",
};
const stages = Object.keys(STAGES) as Timing["stage"][];
const BOUNDS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

/** What monitoring reads and the page draws. `isReady` and `viewers` are asked when it is read. */
export function createMetrics(tools: {
  status(): BridgeStatus;
  isReady(): boolean;
  viewers(): number;
}): Metrics {
  const registry = new Registry();
  const latency = new Histogram({
    name: "valt_bridge_latency_seconds",
    help: "How long the stages of a press take.",
    labelNames: ["stage"],
    buckets: BOUNDS_MS.map((boundMs) => boundMs / 1000),
    registers: [registry],
  });
  for (const stage of stages) latency.zero({ stage });
  const gauges = createGauges(registry);
  return {
    observe: ({ stage, tookMs }) => latency.observe({ stage }, Math.max(0, tookMs) / 1000),
    histograms: async () => {
      const { values } = await latency.get();
      return stages.map((stage) => {
        const steps = values.filter(
          ({ metricName, labels }) => metricName?.endsWith("_bucket") && labels.stage === stage,
        );
        const counts = steps.map(({ value }, index) => value - (steps[index - 1]?.value ?? 0));
        return { name: stage, title: STAGES[stage], boundsMs: BOUNDS_MS, counts };
      });
    },
    render: () => {
      gauges(tools.status(), { isReady: tools.isReady(), viewers: tools.viewers() });
      return registry.metrics();
    },
  };
}

interface Extra {
  readonly isReady: boolean;
  readonly viewers: number;
}

function createGauges(registry: Registry): (status: BridgeStatus, extra: Extra) => void {
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `valt_bridge_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const ready = gauge("ready", "1 when a press would do what it should.");
  const reachable = gauge("server_reachable", "1 when the VALT server answers.", ["server"]);
  const address = gauge("server_address", "1 for the address at which the VALT server is asked.", [
    "server",
    "address",
  ]);
  const marks = gauge("marks_waiting", "Marks that wait to be delivered.");
  const refused = gauge("marks_refused", "Marks that were refused and that nobody has settled.");
  const viewers = gauge("console_viewers", "Web sockets of the console.");
  const rooms = gauge("rooms", "Rooms by what is known of them.", ["status"]);
  const devices = gauge("device_open", "1 when the device is open.", ["device", "kind"]);
  const dropped = gauge("device_dropped", "Messages that were dropped since the start.", [
    "device",
    "reason",
  ]);
  return (status, extra) => {
    ready.set(flag(extra.isReady));
    viewers.set(extra.viewers);
    marks.set(status.marksWaiting);
    refused.set(countRefused(status.marks));
    for (const one of [reachable, address, rooms, devices, dropped]) one.reset();
    for (const { name, url, state } of status.servers) {
      const server = status.servers.length === 1 ? {} : { server: name };
      reachable.set(server, flag(state === "reachable"));
      address.set({ ...server, address: redact(url) }, 1);
    }
    for (const room of status.rooms) rooms.inc({ status: room.status ?? "unknown" });
    for (const { id, kind, status: state, dropped: reasons } of status.devices) {
      devices.set({ device: id, kind }, flag(state.kind === "open"));
      for (const [reason, amount] of Object.entries(reasons)) dropped.set({ device: id, reason }, amount);
    }
  };
}

function flag(isTrue: boolean): number {
  return isTrue ? 1 : 0;
}
