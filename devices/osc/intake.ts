import { createThinning } from "../../src/base/log.ts";
import type { DeviceHost, Peer } from "../../src/driver/contract.ts";
import type { TimedMessage } from "./bundle.ts";
import { type ControlBook, eventOf } from "./controls.ts";
import type { OscMessage } from "./message.ts";
import type { PacketReading } from "./packet.ts";
import { decodeLines, readTextLine } from "./plain-text.ts";
import type { StrokeReader } from "./stroke.ts";

/** From what was read to what the host is told; the same for datagrams and streams. */
export interface Intake {
  takePacket(reading: PacketReading, from: Peer): void;
  takeLine(bytes: Uint8Array, from: Peer): void;
  /** Forgets what is held for later. */
  close(): void;
}

/** A message from a bundle is held no longer than this; a later time is a wrong clock, not a plan. */
const LONGEST_HOLD_MS = 1000;
/** Most messages that are held at a time; more are delivered at once. */
const MOST_HELD = 1000;
/** Most senders a minute whose clocks are told to be wrong. */
const MOST_CLOCKS_TOLD = 20;
/** What is longer than this is no address that anybody typed, and no text of a mark. */
const LONGEST_ADDRESS = 255;
const LONGEST_TEXT = 1024;
const MOST_ARGUMENTS = 64;

/** `strokeOf` says what the arguments of a message mean for a button. */
export function createIntake(host: DeviceHost, controls: ControlBook, strokeOf: StrokeReader): Intake {
  const held = new Set<() => void>();
  const thin = createThinning(host.clock, MOST_CLOCKS_TOLD);

  function deliver(message: OscMessage, from: Peer): void {
    const fault = faultOf(message);
    if (fault !== undefined) {
      host.dropped(fault, from);
      return;
    }
    const control = controls.find(message.address);
    if (control === undefined) {
      const values = message.args.map(({ value }) => value);
      host.request({ text: message.address, values }, from, strokeOf(message.args));
      return;
    }
    const event = eventOf(control, message, strokeOf);
    if (event === "unclear") host.dropped("neither on nor off", from);
    else if (event !== undefined) host.emit(event, from);
  }

  function delayOf({ dueWallMs }: TimedMessage): number {
    return dueWallMs === "now" ? 0 : dueWallMs - host.clock.wallMs();
  }

  function isHeld(delayMs: number): boolean {
    return delayMs > 0 && delayMs <= LONGEST_HOLD_MS && held.size < MOST_HELD;
  }

  function deliverLater({ message }: TimedMessage, delayMs: number, from: Peer): void {
    const cancel = host.clock.after(delayMs, () => {
      held.delete(cancel);
      deliver(message, from);
    });
    held.add(cancel);
  }

  return {
    takePacket(reading, from) {
      if (reading.kind === "unreadable") return host.dropped(reading.reason, from);
      for (let count = 0; count < reading.discarded; count++) host.dropped("unreadable packet", from);
      const aheadMs = Math.max(0, ...reading.messages.map(delayOf));
      if (aheadMs > LONGEST_HOLD_MS && thin(from.address) !== undefined) {
        host.log.warn("a bundle is dated too far ahead: check the sender's clock", {
          peer: from.id,
          aheadMs,
        });
      }
      for (const timed of reading.messages) {
        const delayMs = delayOf(timed);
        if (isHeld(delayMs)) deliverLater(timed, delayMs, from);
        else deliver(timed.message, from);
      }
    },
    takeLine(bytes, from) {
      const text = decodeLines(bytes);
      if (text?.trim() === "") return;
      const message = text === undefined ? undefined : readTextLine(text);
      if (message === undefined) host.dropped("unreadable line", from);
      else deliver(message, from);
    },
    close() {
      for (const cancel of held) cancel();
      held.clear();
    },
  };
}

function faultOf({ address, args }: OscMessage): string | undefined {
  if (address.length > LONGEST_ADDRESS) return `address over ${LONGEST_ADDRESS} characters`;
  if (args.length > MOST_ARGUMENTS) return `more than ${MOST_ARGUMENTS} arguments`;
  const isLong = args.some(({ value }) => typeof value === "string" && value.length > LONGEST_TEXT);
  return isLong ? `text over ${LONGEST_TEXT} characters` : undefined;
}
