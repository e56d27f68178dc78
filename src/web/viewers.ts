import type { WebSocket } from "ws";
import type { ControlId, DeviceId } from "../base/identifiers.ts";
import type { Frame } from "../driver/frame.ts";
import { describeLamp } from "./describe-device.ts";
import type { Visitor } from "./entrance.ts";
import { narrow } from "./kiosk-view.ts";
import type { FromBridge } from "./page/messages.ts";
import type { Topic } from "./page/pages.ts";
import type { LampInfo } from "./page/protocol.ts";
import { encodePicture, packPicture } from "./picture.ts";
import type { Turns } from "./turns.ts";

/** Pictures wait while so much is on its way: a slow browser gets fewer pictures, not older ones. */
const MOST_BUFFERED_BYTES = 256 * 1024;
/** A browser that does not even take the texts is let go; it comes back by itself. */
const FAR_BEHIND_BYTES = 8 * 1024 * 1024;

/** One page that looks on: what it wants to see, and what is on its way to it. */
export class Viewer {
  readonly visitor: Visitor;
  watched: ReadonlySet<DeviceId> = new Set();
  topics: ReadonlySet<Topic> = new Set();
  readonly #socket: WebSocket;
  readonly #turns: Turns;
  /** Per control the newest frame that was not sent yet. */
  readonly #due = new Map<string, Due>();
  #isFull = false;
  /** Of a tablet's link: the rooms that its panel is for. */
  #rooms: ReadonlySet<string> = new Set();

  constructor(socket: WebSocket, visitor: Visitor, turns: Turns) {
    this.#socket = socket;
    this.visitor = visitor;
    this.#turns = turns;
  }

  get isFarBehind(): boolean {
    return this.#socket.bufferedAmount > FAR_BEHIND_BYTES;
  }

  send(message: FromBridge): void {
    const { kiosk } = this.visitor;
    if (kiosk === undefined) {
      this.sendText(JSON.stringify(message));
      return;
    }
    if (message.type === "bindings")
      this.#rooms = new Set(message.bindings.flatMap(({ room }) => room ?? []));
    const told = narrow(message, kiosk, this.#rooms);
    if (told !== undefined) this.sendText(JSON.stringify(told));
  }

  /** A message for many is written once. */
  sendText(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.isFarBehind) this.#socket.terminate();
    else this.#socket.send(text);
  }

  /** The control keeps its place in the order, so that none starves. */
  show(device: DeviceId, control: ControlId, frame: Frame): void {
    if (!this.watched.has(device)) return;
    this.#due.set(`${device}\n${control}`, { device, control, frame });
    if (!this.#isFull) this.#flushSoon();
  }

  /** What was wanted before is no longer of interest. */
  watch(devices: ReadonlySet<DeviceId>): void {
    this.watched = devices;
    for (const [key, { device }] of this.#due) if (!devices.has(device)) this.#due.delete(key);
  }

  #flushSoon(): void {
    this.#turns.ask(this, () => this.#flush());
  }

  #flush(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) {
      this.#due.clear();
      return;
    }
    this.#sendLamps();
    for (const [key, { device, control, frame }] of this.#due) {
      if (frame.kind !== "image") continue;
      this.#due.delete(key);
      const packed = packPicture(device, control, encodePicture(frame));
      if (this.#socket.bufferedAmount > MOST_BUFFERED_BYTES) {
        this.#sendAndWait(packed);
        return;
      }
      this.#socket.send(packed);
      if (this.#turns.isOver()) break;
    }
    if (this.#due.size > 0) this.#flushSoon();
  }

  /** Nothing more is sent until this has gone out. */
  #sendAndWait(packed: Buffer): void {
    this.#isFull = true;
    this.#socket.send(packed, () => {
      this.#isFull = false;
      if (this.#due.size > 0) this.#flushSoon();
    });
  }

  #sendLamps(): void {
    const lamps: LampInfo[] = [];
    for (const [key, { device, control, frame }] of this.#due) {
      const lamp = describeLamp(device, control, frame);
      if (lamp === undefined) continue;
      lamps.push(lamp);
      this.#due.delete(key);
    }
    if (lamps.length > 0) this.send({ type: "lamps", lamps });
  }
}

interface Due {
  readonly device: DeviceId;
  readonly control: ControlId;
  readonly frame: Frame;
}

/** All pages that look on. */
export class Viewers {
  readonly #viewers = new Set<Viewer>();

  get size(): number {
    return this.#viewers.size;
  }

  join(viewer: Viewer): void {
    this.#viewers.add(viewer);
  }

  leave(viewer: Viewer): void {
    this.#viewers.delete(viewer);
  }

  /** Whose panels are looked at by anybody. */
  watched(): ReadonlySet<DeviceId> {
    return new Set([...this.#viewers].flatMap(({ watched }) => [...watched]));
  }

  watching(device: DeviceId): readonly Viewer[] {
    return [...this.#viewers].filter(({ watched }) => watched.has(device));
  }

  following(topic: Topic): readonly Viewer[] {
    return [...this.#viewers].filter(({ topics }) => topics.has(topic));
  }

  tellAll(message: FromBridge): void {
    tell([...this.#viewers], message);
  }
}

/** Writes a message once for all of them. */
export function tell(viewers: readonly Viewer[], message: FromBridge): void {
  const others = viewers.filter(({ visitor }) => visitor.kiosk === undefined);
  for (const viewer of viewers) if (viewer.visitor.kiosk !== undefined) viewer.send(message);
  if (others.length === 0) return;
  const text = JSON.stringify(message);
  for (const viewer of others) viewer.sendText(text);
}
