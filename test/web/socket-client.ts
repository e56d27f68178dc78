import { onTestFinished } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { systemClock } from "../../src/base/clock.ts";
import type { FromBridge, ToBridge } from "../../src/web/page/messages.ts";
import { until } from "../support/rig.ts";

/** A page without a browser: what it was told, and how its conversation ended. */
export interface SocketClient {
  readonly told: FromBridge[];
  readonly pictures: Buffer[];
  /** When each picture came; monotonic. */
  readonly arrivedMs: number[];
  say(message: ToBridge | string): void;
  /** The newest message of that type that fits. */
  heard<Type extends FromBridge["type"]>(
    type: Type,
    fits?: (message: Extract<FromBridge, { type: Type }>) => boolean,
  ): Promise<Extract<FromBridge, { type: Type }>>;
  ended(): Promise<number>;
  close(): void;
}

/** Comes as the console's own page would, unless told otherwise. Rejects with the status when it is turned away. */
export async function connectPage(
  url: string,
  options: ClientOptions = {},
  query = "",
): Promise<SocketClient> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket${query}`, { origin: url, ...options });
  const told: FromBridge[] = [];
  const pictures: Buffer[] = [];
  const arrivedMs: number[] = [];
  let endedWith: number | undefined;
  socket.on("message", (data, isBinary) => {
    if (isBinary) {
      pictures.push(data as Buffer);
      arrivedMs.push(systemClock.monotonicMs());
    } else told.push(JSON.parse(String(data)) as FromBridge);
  });
  socket.on("close", (code) => {
    endedWith = code;
  });
  await new Promise<void>((resolve, reject) => {
    socket.on("open", resolve);
    socket.on("unexpected-response", (_, answer) => reject(new Error(String(answer.statusCode))));
    socket.on("error", reject);
  });
  onTestFinished(() => socket.terminate());
  return {
    told,
    pictures,
    arrivedMs,
    say: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    heard: <Type extends FromBridge["type"]>(
      type: Type,
      fits: (message: Extract<FromBridge, { type: Type }>) => boolean = () => true,
    ) => {
      type Wanted = Extract<FromBridge, { type: Type }>;
      const find = () =>
        told.findLast((one) => one.type === type && fits(one as Wanted)) as Wanted | undefined;
      return until<Wanted>(`a message of type ${type}`, find, 10_000);
    },
    ended: () => until("the end", () => endedWith, 10_000),
    close: () => socket.close(),
  };
}
