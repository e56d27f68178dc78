import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import { controlId, type DeviceId, deviceId, peerId, roomName } from "../base/identifiers.ts";
import { redact } from "../base/redact.ts";
import type { ConsoleSource } from "../console-source.ts";
import type { ControlEvent } from "../driver/control.ts";
import type { Peer } from "../driver/link.ts";
import type { FaultSwitches } from "./fault-switches.ts";
import type { Feed } from "./feed.ts";
import type { ToBridge, Topic, TouchInfo } from "./page/protocol.ts";
import { createRate } from "./rate.ts";
import { isLoopback } from "./settings.ts";
import type { Viewer } from "./viewer.ts";

export interface HearingParts {
  readonly clock: Clock;
  readonly source: ConsoleSource;
  readonly feed: Feed;
  readonly switches: FaultSwitches | undefined;
  readonly viewer: Viewer;
  /** The browser's IP address. */
  readonly remote: string;
  /** Unlike any other of this process. */
  readonly number: number;
}

/** What one page says. Whatever else comes is not understood, and too much of it ends the conversation. */
export class Hearing {
  readonly #parts: HearingParts;
  readonly #peer: Peer;
  readonly #rate: { take(): boolean };
  /** Fingers of this page that are down: when it goes away they are taken back, never released. */
  readonly #down = new Map<string, { readonly device: DeviceId; readonly control: string }>();

  constructor(parts: HearingParts) {
    const { viewer, remote, number, clock } = parts;
    const address = remote.replace(/^::ffff:/, "");
    this.#parts = parts;
    this.#peer = {
      id: peerId(`web:${viewer.visitor.session}-${number}`),
      address,
      reach: isLoopback(address) ? "same-machine" : "network",
      delivery: "stream",
    };
    this.#rate = createRate({ perSecond: 200, burst: 400 }, clock);
  }

  /** Whether the conversation may go on. */
  take(text: string): "go-on" | "too-much" {
    if (!this.#rate.take()) return "too-much";
    const message = parse(text);
    if (message !== undefined) this.#answer(message);
    return "go-on";
  }

  /** The page is gone. */
  end(): void {
    for (const { device, control } of this.#down.values()) this.#takeBack(device, control);
    this.#down.clear();
  }

  #answer(message: ToBridge): void {
    const { viewer, source, feed } = this.#parts;
    switch (message.type) {
      case "watch":
        this.#watch(message.devices.map(deviceId));
        break;
      case "follow": {
        const isNew = (topic: Topic) => message.topics.includes(topic) && !before.has(topic);
        const before = viewer.topics;
        viewer.topics = new Set(message.topics);
        if (isNew("activity")) feed.tellStories(viewer);
        if (isNew("marks")) feed.presentMarks(viewer);
        break;
      }
      case "touch":
        this.#touch(deviceId(message.device), message.control, message.touch);
        break;
      case "mapping": {
        const { file, text, isActive, fingerprint, problems } = source.mapping();
        const mended = problems.map(({ hint = "", ...problem }) => ({ ...problem, hint }));
        const mapping = { file, text: redact(text), isActive, fingerprint, problems: mended };
        viewer.send({ type: "mapping", mapping });
        break;
      }
      case "reload":
        void this.#reload(message.request);
        break;
      case "schedule":
        void this.#askSchedule(message.request, message.room);
        break;
      case "settle":
        this.#settle(message.request, message.mark);
        break;
      case "simulate":
        void this.#simulate(message.request, message.deed);
        break;
    }
  }

  #watch(devices: readonly DeviceId[]): void {
    const { viewer, feed } = this.#parts;
    const before = viewer.watched;
    viewer.watch(new Set(devices));
    for (const device of viewer.watched) if (!before.has(device)) feed.present(device, viewer);
  }

  #touch(device: DeviceId, control: string, touch: TouchInfo): void {
    const { viewer, source } = this.#parts;
    if (viewer.visitor.right !== "press") {
      this.#reply(0, { isFine: false, text: "This session may look on but not press." });
      return;
    }
    const key = `${device}\n${control}`;
    if (touch.kind === "cancel") {
      if (this.#down.delete(key)) this.#takeBack(device, control);
      return;
    }
    if (touch.kind === "up") this.#down.delete(key);
    else if (touch.kind === "down" && this.#down.size < MOST_FINGERS)
      this.#down.set(key, { device, control });
    const answer = source.touch(device, eventOf(controlId(control), touch), this.#peer);
    if (answer !== "taken" && touch.kind !== "up")
      this.#reply(0, { isFine: false, text: `${device} is not there.` });
  }

  /** Held is not pressed: what was begun is given up, and the release after it means nothing. */
  #takeBack(device: DeviceId, control: string): void {
    const { source } = this.#parts;
    source.touch(device, { kind: "held", control: controlId(control) }, this.#peer);
    source.touch(device, { kind: "up", control: controlId(control) }, this.#peer);
  }

  async #reload(request: number): Promise<void> {
    if (this.#parts.viewer.visitor.right !== "press") {
      this.#reply(request, { isFine: false, text: "This session may look on but not reload." });
      return;
    }
    const { kind, problems } = await this.#parts.source.reload();
    const texts = {
      "taken-over": "The edited mapping has taken effect.",
      unchanged: "The file has not changed.",
      "has-errors": `The file has errors (${problems.length}); the running mapping stays.`,
    };
    this.#reply(request, { isFine: kind !== "has-errors", text: texts[kind] });
  }

  async #askSchedule(request: number, room: string): Promise<void> {
    const next = await this.#parts.source.nextSchedule(roomName(room));
    if (!next.ok) this.#reply(request, { isFine: false, text: next.failure.message });
    else
      this.#reply(request, {
        isFine: true,
        text: next.value === undefined ? "" : JSON.stringify(next.value),
      });
  }

  #settle(request: number, mark: string): void {
    const { viewer, source } = this.#parts;
    if (viewer.visitor.right !== "press") {
      this.#reply(request, { isFine: false, text: "This session may look on but not settle." });
      return;
    }
    const isFine = source.settleMark(mark, this.#peer.id);
    this.#reply(request, { isFine, text: isFine ? "" : "It has been settled already." });
  }

  async #simulate(request: number, deed: Extract<ToBridge, { type: "simulate" }>["deed"]): Promise<void> {
    const { viewer, switches } = this.#parts;
    const isAllowed = viewer.visitor.right === "press" && switches !== undefined;
    const trouble = isAllowed ? await switches.perform(deed) : "There is no simulator here for this session.";
    // Its page shows the effect before it hears that it was done: nobody flips the same switch twice.
    if (isAllowed) viewer.send({ type: "simulator", simulator: switches.describe() });
    this.#reply(request, { isFine: trouble === undefined, text: trouble ?? "" });
  }

  #reply(request: number, answer: { readonly isFine: boolean; readonly text: string }): void {
    this.#parts.viewer.send({ type: "answer", request, ...answer });
  }
}

const MOST_FINGERS = 40;

function eventOf(
  control: ReturnType<typeof controlId>,
  touch: Exclude<TouchInfo, { kind: "cancel" }>,
): ControlEvent {
  return { ...touch, control } as ControlEvent;
}

const name = z.string().max(200);
const request = z.int().min(0).max(1e9);
const touch = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["down", "up", "cancel"]) }),
  z.strictObject({ kind: z.literal("turned"), detents: z.int().min(-50).max(50) }),
  z.strictObject({ kind: z.literal("moved"), fraction: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.literal("touched"), how: z.enum(["tap", "hold", "swipe-left", "swipe-right"]) }),
]);
const deed = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("somebody-else"), room: z.int(), what: name }),
  z.strictObject({ kind: z.literal("fault"), id: name, isOn: z.boolean() }),
  z.strictObject({ kind: z.literal("expire-tokens") }),
]);
const messageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("watch"), devices: z.array(name).max(200) }),
  z.strictObject({
    type: z.literal("follow"),
    topics: z.array(z.enum(["activity", "learn", "latency", "marks", "simulator"])).max(8),
  }),
  z.strictObject({ type: z.literal("touch"), device: name, control: name, touch }),
  z.strictObject({ type: z.literal("mapping") }),
  z.strictObject({ type: z.literal("reload"), request }),
  z.strictObject({ type: z.literal("schedule"), request, room: name }),
  z.strictObject({ type: z.literal("settle"), request, mark: name }),
  z.strictObject({ type: z.literal("simulate"), request, deed }),
]);

function parse(text: string): ToBridge | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data satisfies ToBridge | undefined;
  } catch {
    return undefined;
  }
}
