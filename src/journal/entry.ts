import { createHash } from "node:crypto";
import type { Cause, Outcome } from "../action/action.ts";
import type { Frame } from "../driver/frame.ts";
import type { LinkMessage } from "../driver/link.ts";
import type { RoomView } from "../room/room-view.ts";
import { findConfidential } from "./confidential.ts";
import type { Fact } from "./fact.ts";

/** A fact as the journal keeps it: what people look for in fields of its own, the rest in `body`. */
export interface Entry {
  /** Monotonic, a tenth of a millisecond; comparable within one run of the bridge. */
  readonly atMs: number;
  readonly wallMs: number;
  readonly kind: string;
  readonly correlation?: string;
  readonly device?: string;
  readonly room?: string;
  /** Whose the recording is, or who spoke on a link. */
  readonly author?: string;
  readonly body: Body;
}

/** What a row holds beside its columns, as JSON. */
export type Body = Readonly<Record<string, unknown>>;

/** Nothing for what is not journalled: raw bytes may carry secrets, and say nothing that other facts do not. */
export function describeFact(fact: Fact): Entry | undefined {
  const described = describe(fact);
  if (described === undefined) return undefined;
  return {
    atMs: Math.round(fact.atMs * 10) / 10,
    wallMs: Math.round(fact.wallMs),
    kind: fact.kind,
    ...described,
  };
}

type Described = Omit<Entry, "atMs" | "wallMs" | "kind">;

function describe(fact: Fact): Described | undefined {
  switch (fact.kind) {
    case "wire":
    case "touch":
      return undefined;
    case "device":
      return { device: fact.device, body: { state: fact.state, text: fact.text } };
    case "stuck":
      return { device: fact.device, body: { control: fact.control } };
    case "lesson":
      return { device: fact.device, author: fact.by, body: { state: fact.state } };
    case "press":
      return { ...describeCause(fact.cause), body: describeTouch(fact.cause) };
    case "action": {
      const author = fact.author === undefined ? {} : { author: `user ${fact.author}` };
      const body = { action: fact.action, ...describeTouch(fact.cause) };
      return { ...describeCause(fact.cause), ...author, room: fact.room, body };
    }
    case "request":
      return { correlation: fact.correlation, room: fact.room, body: { command: fact.command } };
    case "answer": {
      const { correlation, room, command, answer } = fact;
      return { correlation, room, body: { command, answer } };
    }
    case "alarm": {
      const { alarm, state, text, room } = fact;
      return { ...(room === undefined ? {} : { room }), body: { alarm, state, text } };
    }
    case "server": {
      const { server, state, why } = fact;
      return { body: { server, state, why } };
    }
    case "address": {
      const { server, address, before, why } = fact;
      return { body: { server, address, before, why } };
    }
    case "edit": {
      const { what, by, mapping, files } = fact;
      return { author: by, body: { what, mapping, ...(files.length > 0 && { files }) } };
    }
    case "outcome":
      return { correlation: fact.correlation, room: fact.room, body: describeOutcome(fact.outcome) };
    case "mark": {
      const { correlation, room, result, text, recording, timeSeconds, why, by } = fact;
      const author = by === undefined ? {} : { author: by };
      return { correlation, room, ...author, body: { result, text, recording, timeSeconds, why } };
    }
    case "room":
      return { ...correlated(fact), room: fact.room, body: describeView(fact.view) };
    case "shown": {
      const body = { control: fact.control, ...describeFrame(fact.frame) };
      return { ...correlated(fact), device: fact.device, body };
    }
    case "told":
      return { device: fact.device, body: { to: fact.to, ...describeMessage(fact.message) } };
  }
}

function correlated({ correlation }: { readonly correlation?: string }): { readonly correlation?: string } {
  return correlation === undefined ? {} : { correlation };
}

function describeCause({ correlation, device, peer }: Cause): Omit<Described, "body"> {
  return { correlation, device, ...(peer === undefined ? {} : { author: peer }) };
}

function describeTouch({ source, gesture, pressedAtMs }: Cause): Body {
  return { source: withoutArguments(source), gesture, pressedAtMs: Math.round(pressedAtMs * 10) / 10 };
}

function describeOutcome(outcome: Outcome): Body {
  if (outcome.kind !== "failed") return { ...outcome };
  const { kind, message, heard, httpStatus } = outcome.failure;
  return { kind: outcome.kind, failure: kind, message, heard, httpStatus };
}

/** Ages are left out: they are different in every view and follow from the times of the entries. */
function describeView(view: RoomView): Body {
  const { knowledge, status, pending, recording, elapsedMs, why, trouble, alarm, marksWaiting } = view;
  const elapsedSeconds = elapsedMs === undefined ? undefined : Math.floor(elapsedMs / 1000);
  return { knowledge, status, pending, recording, elapsedSeconds, why, trouble, alarm, marksWaiting };
}

const prints = new WeakMap<Uint8Array, string>();

/** A picture by the start of its SHA-256: enough to tell which one it was, and drawn again it is the same. */
function describeFrame(frame: Frame): Body {
  if (frame.kind === "text") return { text: frame.text };
  if (frame.kind === "lamp") {
    const color = `#${Buffer.from(frame.rgb).toString("hex")}`;
    return { lamp: frame.blink === "steady" ? color : `${color} ${frame.blink}` };
  }
  let print = prints.get(frame.rgb);
  if (print === undefined) {
    print = createHash("sha256").update(frame.rgb).digest("hex").slice(0, 16);
    prints.set(frame.rgb, print);
  }
  return { picture: print };
}

function describeMessage({ text, values }: LinkMessage): Body {
  const clean = withoutArguments(text);
  if (values.length === 0) return { text: clean };
  if (findConfidential(clean) !== undefined) return { text: clean, values: values.map(() => "***") };
  return {
    text,
    values: values.map((value) => (typeof value === "string" ? withoutArguments(value) : value)),
  };
}

function withoutArguments(text: string): string {
  const trimmed = text.trimEnd();
  const end = findConfidential(trimmed);
  return end === undefined || end === trimmed.length ? trimmed : `${trimmed.slice(0, end)} ***`;
}
