import { getRequestListener } from "@hono/node-server";
import type { WebSocket } from "ws";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { type Result, succeed } from "../base/result.ts";
import type { ConsoleSettings, ConsoleSource } from "../bridge/console-source.ts";
import { createApp } from "./app.ts";
import type { Visitor } from "./entrance.ts";
import { Errands } from "./errands.ts";
import { FaultSwitches } from "./fault-switches.ts";
import { Feed } from "./feed.ts";
import { listen, type SocketArrival } from "./listener.ts";
import { createMetrics } from "./metrics.ts";
import { readPageFiles } from "./page-files.ts";
import { PageSession } from "./page-session.ts";
import { type CheckedSettings, checkSettings } from "./settings.ts";
import { createTokenCheck } from "./token-check.ts";
import { Turns } from "./turns.ts";
import { Viewer, Viewers } from "./viewers.ts";

interface ConsoleOptions {
  readonly settings: ConsoleSettings;
  readonly source: ConsoleSource;
  readonly clock: Clock;
  readonly log: Log;
}

interface WebConsole {
  /** `http://127.0.0.1:8484`. */
  readonly url: string;
  close(): Promise<void>;
}

const HEARTBEAT_MS = 20_000;
/** How long the page of a revoked link may look on. */
const CHECK_LINK_MS = 500;

/** Serves the console until `close`. Fails when it may not or cannot listen as the settings say. */
export async function serveConsole(
  options: ConsoleOptions,
): Promise<Result<WebConsole, { readonly message: string }>> {
  const checked = checkSettings(options.settings);
  if (!checked.ok) return checked;
  const files = readPageFiles();
  if (!files.ok) return files;
  const { source, clock } = options;
  const viewers = new Viewers();
  const metrics = createMetrics({
    status: () => source.status(),
    isReady: () => feed.overview().isReady,
    viewers: () => viewers.size,
  });
  const switches = source.simulator && new FaultSwitches(source.simulator);
  const turns = new Turns(clock);
  const feed: Feed = new Feed({ clock, source, viewers, metrics, switches, turns });
  const checkToken = createTokenCheck(checked.value.tokens, { ...options, kiosks: source.kiosks });
  const app = createApp({
    settings: checked.value,
    clock,
    checkToken,
    source,
    files: files.value,
    isReady: () => feed.overview().isReady,
    metrics: () => metrics.render(),
  });
  const errands = new Errands({ clock, source, switches });
  const hall = { ...options, settings: checked.value, viewers, feed, turns, errands };
  let number = 0;
  const listener = await listen({
    settings: checked.value,
    clock,
    checkToken,
    serve: getRequestListener(app.fetch, { overrideGlobalObjects: false }),
    welcome: (socket, visitor, arrival) => {
      number += 1;
      welcome(socket, { ...hall, ...arrival, visitor, number });
    },
  });
  if (!listener.ok) {
    feed.close();
    return listener;
  }
  const { url, close } = listener.value;
  return succeed({
    url,
    close: async () => {
      feed.close();
      await close();
    },
  });
}

interface Arrival extends Omit<ConsoleOptions, "settings">, SocketArrival {
  readonly settings: CheckedSettings;
  readonly viewers: Viewers;
  readonly feed: Feed;
  readonly turns: Turns;
  readonly errands: Errands;
  readonly visitor: Visitor;
  readonly number: number;
}

/** One page comes: it is greeted, and what it says is answered until it goes. */
function welcome(socket: WebSocket, arrival: Arrival): void {
  const { clock, viewers, feed, source, log, visitor, turns, number } = arrival;
  const viewer = new Viewer(socket, visitor, turns);
  const session = new PageSession({ ...arrival, viewer });
  let isAlive = true;
  const cancelHeartbeat = clock.every(HEARTBEAT_MS, () => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  });
  socket.on("pong", () => {
    isAlive = true;
  });
  const { kiosk } = visitor;
  const checkLink = () => {
    if (kiosk !== undefined && !source.kiosks.isValid(kiosk)) socket.close(1008, "this link was revoked");
  };
  const cancelCheck = kiosk === undefined ? () => undefined : clock.every(CHECK_LINK_MS, checkLink);
  socket.on("message", (data, isBinary) => {
    checkLink();
    if (socket.readyState !== socket.OPEN) return;
    if (isBinary || session.take(String(data)) === "too-much") socket.close(1008, "too much, or not text");
  });
  socket.on("error", (error) => log.debug("web socket failed", { why: error.message }));
  socket.once("close", () => {
    cancelHeartbeat();
    cancelCheck();
    viewers.leave(viewer);
    session.end();
  });
  viewers.join(viewer);
  viewer.send({
    type: "greeting",
    nowMs: clock.monotonicMs(),
    wallMs: clock.wallMs(),
    mayPress: visitor.right !== "view",
    mayEdit: visitor.right === "edit" && source.editor !== undefined,
    hasSimulator: source.simulator !== undefined,
    hasSession: visitor.how === "cookie",
    ...(kiosk === undefined ? {} : { kiosk: kiosk.panel }),
  });
  turns.ask(`${number} introduction`, () => feed.introduce(viewer));
}
