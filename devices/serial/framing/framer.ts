import type { Clock } from "../../../src/driver/contract.ts";
import { createBracketsCutter } from "./brackets.ts";
import { createSealCheck } from "./checksum.ts";
import type { Cutter, CutterHost } from "./cutter.ts";
import { createDelimiterCutter } from "./delimiter.ts";
import type { FrameSpec } from "./frame-spec.ts";
import { createIdleCutter } from "./idle.ts";
import { createPatternCutter } from "./pattern.ts";
import { createSisCutter } from "./sis.ts";
import { createFixedCutter, createLengthPrefixedCutter } from "./sized.ts";
import { createSlipCutter } from "./slip.ts";
import { createTelnetFilter } from "./telnet.ts";

/** What a framer tells of what it reads. */
export interface FramerHost {
  readonly clock: Clock;
  /** A whole frame, a copy: sync, start, end, escapes and checksum are gone. */
  framed(payload: Uint8Array): void;
  /** Something was thrown away; one of a few fixed sentences. */
  dropped(reason: string): void;
  /** How long one character takes on the line: 10000 / baud. Default: 1.04, which is 9600 baud. */
  readonly characterMs?: number;
  /** Whether ESC, a control character like the others, is kept in lines of text. Default: dropped. */
  readonly escape?: "kept" | "dropped";
}

/** Cuts one stream of bytes into frames, however it was split or glued on its way. */
export interface Framer {
  /** Never throws; holds at most one frame. Returns what comes after a frame whose reader closed this framer. */
  push(bytes: Uint8Array): Uint8Array;
  /**
   * `reopened`: the line is a new one; the next byte begins a frame. `damaged`: a parity or framing error, or a
   * break; what follows is the tail of what was damaged, and is thrown away up to the next end or half a second
   * of silence.
   */
  discard(cause: "reopened" | "damaged"): void;
  /** What there is of a line that has not ended: given it, another framer goes on as this one would. Nothing where it would not. */
  unfinished(): Uint8Array | undefined;
  /** Later bytes are nothing. */
  close(): void;
}

const DAMAGED_MS = 500;
/** A timer that is later than this was held up: bytes may have come that are not read yet. */
const AWAY_MS = 20;
/** So long such bytes have to be read, before the silence counts. */
const READ_MS = 50;
/** Telnet says what it has to say in one go. */
const TELNET_MS = 1000;
const NOTHING = new Uint8Array(0);

/** Cuts a stream as the setting says; never throws, whatever the bytes. */
export function createFramer(spec: FrameSpec, host: FramerHost): Framer {
  const cutter = createCutter(spec, host);
  const quiet = quietRule(spec, host.characterMs ?? 1.04);
  const filter = isText(spec) ? createTelnetFilter() : undefined;
  const { clock } = host;
  let isClosed = false;
  let isDamaged = false;
  let lastMs = clock.monotonicMs();
  let cancel: (() => void) | undefined;

  const limitMs = () => (isDamaged ? Math.min(DAMAGED_MS, quiet.limitMs) : quiet.limitMs);
  const leftMs = () => lastMs + limitMs() - clock.monotonicMs();

  /** One timer serves a whole frame: it looks how long the silence was, and waits on if that was too short. */
  function watch(): void {
    cancel = undefined;
    if (isClosed || cutter.state === "between") return;
    const waitMs = leftMs();
    if (waitMs > 0) waitOn(waitMs);
    else if (waitMs > -AWAY_MS) endSilence();
    else {
      lastMs = clock.monotonicMs() + READ_MS - limitMs();
      waitOn(READ_MS);
    }
  }

  function waitOn(forMs: number): void {
    if (Number.isFinite(forMs)) cancel = clock.after(forMs, watch);
  }

  function take(byte: number): void {
    cutter.take(byte);
    isDamaged &&= cutter.state === "skipping";
  }

  /** How many were taken: a frame's reader may close this framer. */
  function takeAll(bytes: Uint8Array): number {
    let taken = 0;
    for (; taken < bytes.length && !isClosed; taken++) {
      const byte = bytes[taken] ?? 0;
      if (filter === undefined) take(byte);
      else filter.read(byte).forEach(take);
    }
    return taken;
  }

  function endSilence(): void {
    if (isDamaged) cutter.reset();
    else endQuiet(cutter, quiet.outcome, host);
    isDamaged = false;
  }

  return {
    push(bytes) {
      if (isClosed) return NOTHING;
      const lateMs = -leftMs();
      if (cutter.state !== "between" && lateMs >= 0 && lateMs < AWAY_MS) endSilence();
      if (clock.monotonicMs() - lastMs >= TELNET_MS) filter?.reset().forEach(take);
      const taken = takeAll(bytes);
      if (isClosed) return bytes.subarray(taken);
      lastMs = clock.monotonicMs();
      if (cancel === undefined) watch();
      return NOTHING;
    },
    discard(cause) {
      if (isClosed) return;
      filter?.reset();
      cutter.reset();
      isDamaged = cause === "damaged";
      if (isDamaged) cutter.skipRest();
      lastMs = clock.monotonicMs();
      cancel?.();
      watch();
    },
    unfinished: () => (filter?.isWithin() === true ? undefined : unfinished(cutter)),
    close() {
      isClosed = true;
      cutter.reset();
      cancel?.();
    },
  };
}

function unfinished({ state, held }: Cutter): Uint8Array | undefined {
  if (state === "skipping") return undefined;
  return state === "between" ? NOTHING : held?.();
}

/** What becomes of the frame that silence has ended. */
function endQuiet(cutter: Cutter, outcome: QuietRule["outcome"], host: FramerHost): void {
  if (cutter.state === "skipping") cutter.silence();
  else if (outcome === "frame") cutter.finish();
  else {
    if (outcome === "drop") host.dropped("unfinished frame");
    cutter.reset();
  }
}

function createCutter(spec: FrameSpec, host: FramerHost): Cutter {
  if (spec.kind === "sis") return createSisCutter(host);
  const check = createSealCheck(spec);
  const tools: CutterHost = {
    framed(payload) {
      const content = check(payload);
      if (content === undefined) {
        host.dropped("wrong checksum");
        return "refused";
      }
      if (content.length > 0) host.framed(content);
      return "taken";
    },
    dropped: host.dropped,
    escape: host.escape ?? "dropped",
  };
  switch (spec.kind) {
    case "delimiter":
      return createDelimiterCutter(spec, tools);
    case "brackets":
      return createBracketsCutter(spec, tools);
    case "fixed":
      return createFixedCutter(spec, tools);
    case "length-prefixed":
      return createLengthPrefixedCutter(spec, tools);
    case "idle":
      return createIdleCutter(spec, tools);
    case "slip":
      return createSlipCutter(spec, tools);
    case "pattern":
      return createPatternCutter(spec, tools);
  }
}

/** Whether frames are text, of which control characters are no part. */
export function isText(spec: FrameSpec): boolean {
  return spec.kind === "sis" || ("content" in spec && spec.content === "text");
}

interface QuietRule {
  readonly limitMs: number;
  readonly outcome: "drop" | "forget" | "frame";
}

const TEXT_QUIET_MS = 500;
const BINARY_QUIET_CHARACTERS = 3;
/** FTDI adapters deliver every 16 ms and ser2net waits up to 20: three characters alone would cut good frames. */
const BINARY_QUIET_LEAST_MS = 100;
/** Extron SMP 300 series manual: more than 10 s between characters ends a command without an answer. */
const SIS_QUIET_MS = 10_000;

function quietRule(spec: FrameSpec, characterMs: number): QuietRule {
  if (spec.kind === "sis") return { limitMs: SIS_QUIET_MS, outcome: "forget" };
  if (spec.kind === "idle") return { limitMs: spec.gapMs, outcome: "frame" };
  if (spec.whenQuiet === "wait") return { limitMs: Number.POSITIVE_INFINITY, outcome: "forget" };
  const binaryMs = Math.max(BINARY_QUIET_CHARACTERS * characterMs, BINARY_QUIET_LEAST_MS);
  return { limitMs: spec.quietMs ?? (isText(spec) ? TEXT_QUIET_MS : binaryMs), outcome: spec.whenQuiet };
}
