import { z } from "zod";
import { isLoopback, plainAddress } from "../base/address.ts";
import type { Clock } from "../base/clock.ts";
import { controlId, type DeviceId, deviceId, peerId, roomName } from "../base/identifiers.ts";
import { RateLimiter } from "../base/rate-limiter.ts";
import { redact } from "../base/redact.ts";
import type { ConsoleSource } from "../bridge/console-source.ts";
import type { ControlEvent } from "../driver/control.ts";
import type { Peer } from "../driver/link.ts";
import type { Phrase } from "../language/phrases.ts";
import { describeProblem } from "./describe-problem.ts";
import type { ErrandAnswer, Errands } from "./errands.ts";
import type { Feed } from "./feed.ts";
import { isForKiosk } from "./kiosk-view.ts";
import { LearnDevice } from "./learn-device.ts";
import { MESSAGE_RULES, SESSION_LIMIT } from "./message-rules.ts";
import type { ToBridge } from "./page/messages.ts";
import { type Topic, topicsFor } from "./page/pages.ts";
import type { SimulatorAction, TouchInfo } from "./page/protocol.ts";
import type { Turns } from "./turns.ts";
import type { Viewer } from "./viewers.ts";

const ONLY_LOOKS: Phrase = "This session may look on, and do nothing else.";

interface PageSessionParts {
  readonly clock: Clock;
  readonly source: ConsoleSource;
  readonly feed: Feed;
  readonly turns: Turns;
  readonly errands: Errands;
  readonly viewer: Viewer;
  /** The browser's IP address. */
  readonly remote: string;
  /** Unlike any other of this process. */
  readonly number: number;
  /** It is a page that speaks here. */
  spoke(): void;
}

/** What one page says. Whatever else comes is not understood, and too much of it ends the session. */
export class PageSession {
  readonly #parts: PageSessionParts;
  readonly #peer: Peer;
  readonly #rate: { take(): boolean };
  readonly #lesson: LearnDevice;
  /** Fingers of this page that are down: when it goes away they are taken back, never released. */
  readonly #down = new Map<string, { readonly device: DeviceId; readonly control: string }>();

  constructor(parts: PageSessionParts) {
    const { viewer, remote, number, clock } = parts;
    const address = plainAddress(remote);
    this.#parts = parts;
    this.#peer = {
      id: peerId(`web:${viewer.visitor.session}-${number}`),
      address,
      reach: isLoopback(address) ? "same-machine" : "network",
      delivery: "stream",
    };
    this.#rate = new RateLimiter(SESSION_LIMIT, clock);
    this.#lesson = new LearnDevice({
      source: parts.source,
      by: this.#peer.id,
      tell: (lesson) => viewer.send({ type: "lesson", lesson }),
    });
  }

  /** Whether the session may go on. */
  take(text: string): "go-on" | "too-much" {
    if (!this.#rate.take()) return "too-much";
    const message = parse(text);
    if (message === undefined) return "go-on";
    this.#parts.spoke();
    this.#check(message);
    return "go-on";
  }

  /** The page is gone. */
  end(): void {
    for (const { device, control } of this.#down.values()) this.#takeBack(device, control);
    this.#down.clear();
    this.#lesson.end();
  }

  #check(message: ToBridge): void {
    const { right } = MESSAGE_RULES[message.type];
    const number = "request" in message ? message.request : 0;
    const { visitor } = this.#parts.viewer;
    if (visitor.kiosk !== undefined && !isForKiosk(message, visitor.kiosk))
      this.#reply(number, { isFine: false, text: `This link is for ${visitor.kiosk.panel} only.` });
    else if (right === "press" && visitor.right === "view")
      this.#reply(number, { isFine: false, text: ONLY_LOOKS });
    else this.#answer(message);
  }

  #answer(message: ToBridge): void {
    const { errands } = this.#parts;
    switch (message.type) {
      case "watch":
        this.#watch(message.devices.map(deviceId));
        break;
      case "follow":
        this.#follow(message.topics);
        break;
      case "touch":
        this.#touch(deviceId(message.device), message.control, message.touch);
        break;
      case "mapping":
        this.#show("mapping", () => this.#showMapping());
        break;
      case "pages":
        this.#reply(message.request, errands.pages(deviceId(message.device)));
        break;
      case "reload":
        void this.#replyWith(message.request, errands.reload());
        break;
      case "schedule":
        void this.#replyWith(message.request, errands.schedule(roomName(message.room)));
        break;
      case "act":
        void this.#replyWith(message.request, errands.act(message, this.#peer));
        break;
      case "history":
        void this.#replyWith(message.request, errands.history(message));
        break;
      case "panel-test":
        this.#reply(message.request, errands.testPanel(message.device, message.what));
        break;
      case "learn":
        this.#learn(message.request, message.device);
        break;
      case "settle":
        this.#settle(message.request, message.mark);
        break;
      case "kiosk-make":
        void this.#tellKiosks(message.request, errands.makeKiosk(message.panel, message.right));
        break;
      case "kiosk-revoke":
        void this.#tellKiosks(message.request, errands.revokeKiosk(message.id));
        break;
      case "simulate":
        void this.#simulate(message.request, message.deed);
        break;
    }
  }

  /** When its turn comes: a page may ask faster than it can be answered. */
  #show(what: string, show: () => void): void {
    const { turns, number } = this.#parts;
    turns.ask(`${number} ${what}`, show);
  }

  #watch(devices: readonly DeviceId[]): void {
    const { viewer, feed } = this.#parts;
    const before = viewer.watched;
    viewer.watch(new Set(devices));
    for (const device of viewer.watched)
      if (!before.has(device))
        this.#show(`device ${device}`, () => {
          if (viewer.watched.has(device)) feed.present(device, viewer);
        });
  }

  #follow(topics: readonly Topic[]): void {
    const { viewer, feed } = this.#parts;
    const before = viewer.topics;
    const allowed = topicsFor(viewer.visitor.right);
    viewer.topics = new Set(topics.filter((topic) => allowed.has(topic)));
    for (const topic of viewer.topics)
      if (!before.has(topic)) this.#show(`topic ${topic}`, () => void feed.presentTopic(topic, viewer));
  }

  #showMapping(): void {
    const { source, viewer } = this.#parts;
    const { file, text, isActive, fingerprint, problems, trial } = source.mapping();
    const mended = problems.map(describeProblem);
    viewer.send({
      type: "mapping",
      mapping: { file, text: redact(text), isActive, fingerprint, problems: mended, ...(trial && { trial }) },
    });
  }

  #touch(device: DeviceId, control: string, touch: TouchInfo): void {
    const { source } = this.#parts;
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
      this.#reply(0, { isFine: false, text: source.language().say("{device} is not there.", { device }) });
  }

  /** Held is not pressed: what was begun is given up, and the release after it means nothing. */
  #takeBack(device: DeviceId, control: string): void {
    const { source } = this.#parts;
    source.touch(device, { kind: "held", control: controlId(control) }, this.#peer);
    source.touch(device, { kind: "up", control: controlId(control) }, this.#peer);
  }

  /** Without a device it ends. */
  #learn(request: number, device: string): void {
    if (device === "") this.#lesson.end();
    const ended = { isFine: true, text: "" };
    this.#reply(request, device === "" ? ended : this.#parts.errands.learn(device, this.#lesson));
  }

  #settle(request: number, mark: string): void {
    const isFine = this.#parts.source.settleMark(mark, this.#peer.id);
    this.#reply(request, { isFine, text: isFine ? "" : "It has been settled already." });
  }

  async #simulate(request: number, deed: SimulatorAction): Promise<void> {
    const { viewer, feed, errands } = this.#parts;
    const answer = await errands.simulate(deed);
    // Its page shows the effect before it hears that it was done: nobody flips the same switch twice.
    await feed.presentTopic("simulator", viewer);
    this.#reply(request, answer);
  }

  /** The list shows the change before the page hears that it was done. */
  async #tellKiosks(request: number, answer: Promise<ErrandAnswer>): Promise<void> {
    const { viewer, feed } = this.#parts;
    await answer;
    if (viewer.topics.has("kiosks")) await feed.presentTopic("kiosks", viewer);
    await this.#replyWith(request, answer);
  }

  async #replyWith(request: number, answer: Promise<ErrandAnswer>): Promise<void> {
    this.#reply(request, await answer);
  }

  #reply(request: number, answer: ErrandAnswer): void {
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
const wallMs = z.int().min(0).max(8.64e15);
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
    topics: z.array(z.enum([...topicsFor("press")])).max(8),
  }),
  z.strictObject({ type: z.literal("touch"), device: name, control: name, touch }),
  z.strictObject({
    type: z.literal("act"),
    request,
    room: name,
    what: z.enum(["start", "stop", "pause", "resume", "mark"]),
    text: name,
  }),
  z.strictObject({ type: z.literal("mapping") }),
  z.strictObject({ type: z.literal("pages"), request, device: name }),
  z.strictObject({ type: z.literal("reload"), request }),
  z.strictObject({ type: z.literal("schedule"), request, room: name }),
  z.strictObject({ type: z.literal("history"), request, sinceWallMs: wallMs, untilWallMs: wallMs }),
  z.strictObject({ type: z.literal("settle"), request, mark: name }),
  z.strictObject({ type: z.literal("learn"), request, device: name }),
  z.strictObject({
    type: z.literal("panel-test"),
    request,
    device: name,
    what: z.enum(["identify", "lamp-test"]),
  }),
  z.strictObject({
    type: z.literal("kiosk-make"),
    request,
    panel: name,
    right: z.enum(["view", "press"]),
  }),
  z.strictObject({ type: z.literal("kiosk-revoke"), request, id: name }),
  z.strictObject({ type: z.literal("simulate"), request, deed }),
]);

function parse(text: string): ToBridge | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data satisfies ToBridge | undefined;
  } catch {
    return undefined;
  }
}
