/** What a control module may ask of an SMP 300-series recorder, as far as it is understood here. */
export type SisCommand =
  | { readonly kind: "record"; readonly mode: RecordMode }
  | { readonly kind: "ask-record" }
  | { readonly kind: "mark" }
  | { readonly kind: "extend" }
  | { readonly kind: "set-metadata"; readonly field: number; readonly value: string }
  | { readonly kind: "ask-metadata"; readonly field: number }
  /** Whether what is typed comes back, which here it never does. */
  | { readonly kind: "set-echo" }
  | { readonly kind: "ask-echo" }
  | { readonly kind: "part-number" | "unit-name" }
  | { readonly kind: "set-verbose"; readonly mode: number }
  | { readonly kind: "ask-verbose" }
  /** `I` alone is number 0. */
  | { readonly kind: "information"; readonly number: number }
  | { readonly kind: "version"; readonly which: "release" | "build" }
  /** A parameter that no such recorder takes. */
  | { readonly kind: "out-of-range" }
  /** A command of such a recorder that a room of VALT has nothing to answer with. */
  | { readonly kind: "not-here" };

/** Stop, start, pause. */
export type RecordMode = "0" | "1" | "2";

/** A line is one command nearly always; modules glue a few together. */
const MOST_COMMANDS = 16;
/** Stands for ESC, so that all other control characters can be looked for at once. */
const ESCAPE = "\uE01B";
/** Telnet and noise leave control characters around commands that mean nothing; within a command they spoil it. */
const NOISE = /^[^\P{Cc}\r\n]$/u;
const SPOILING = /[^\P{Cc}\r\n]|\uFFFD/u;
/** ESC or W, then everything up to CR, LF, `|` or the next ESC. */
const ESCAPED = /^[\uE01Bw]([^\uE01B\r\n|]*)[\r\n|]?/i;
/** Metadata is text of any letters, a bar among them: only RCDR before an end ends it. */
const METADATA = /^[\uE01Bw](m\d{1,3}\*[^\uE01B\r\n]*?rcdr)(?:[\r\n|]|$|(?=\uE01B))/i;
/** No terminator: figures and stars, then one character. */
const SHORT = /^([\d*]{0,9})([a-z%!.,&$\\])[\r\n]*/i;

/**
 * All commands of a text, in order; nothing when a part of it is none of this language. Then all of it is
 * dropped: the rest of noise must not be obeyed.
 */
export function readSisCommands(text: string): readonly SisCommand[] | undefined {
  const commands: SisCommand[] = [];
  let rest = withoutNoise(text.replaceAll("\x1b", ESCAPE)).trim();
  if (SPOILING.test(rest)) return undefined;
  while (rest !== "") {
    const escaped = METADATA.exec(rest) ?? ESCAPED.exec(rest);
    const taken = escaped ?? SHORT.exec(rest);
    const command = escaped === null ? taken && readShort(taken[1], taken[2]) : readEscaped(escaped[1]);
    if (taken === null || command === undefined || command === null) return undefined;
    commands.push(command);
    if (commands.length > MOST_COMMANDS) return undefined;
    rest = rest.slice(lengthOf(taken)).trimStart();
  }
  return commands;
}

/** Companion sends `RCDR` without an end: what is glued to it is the next command, except in metadata. */
function lengthOf([whole, body = ""]: RegExpExecArray): number {
  const end = /^[^m].*?rcdr/i.exec(body)?.[0].length;
  const isGlued = /^[\uE01Bw]/i.test(whole) && end !== undefined && end < body.length;
  return isGlued ? 1 + end : whole.length;
}

type Readers<Command> = readonly (readonly [
  pattern: RegExp,
  read: (first: string, second: string) => Command,
])[];

const escapedReaders: Readers<SisCommand> = [
  [/^Y([012])RCDR/i, (mode) => ({ kind: "record", mode: mode as RecordMode })],
  [/^YRCDR/i, () => ({ kind: "ask-record" })],
  [/^Y\d+RCDR/i, () => ({ kind: "out-of-range" })],
  [/^BRCDR/i, () => ({ kind: "mark" })],
  // The manuals disagree on the limit: 60 minutes in one, 99 in the other.
  [/^E(\d{1,3})RCDR/i, (minutes) => ({ kind: Number(minutes) > 99 ? "out-of-range" : "extend" })],
  [/^M(\d{1,3})\*(.+)RCDR$/i, setMetadata],
  // A title of nothing takes the title back.
  [
    /^M(\d{1,3})\*RCDR$/i,
    (field) => whenField(field, { kind: "set-metadata", field: Number(field), value: "" }),
  ],
  [/^M(\d{1,3})RCDR$/i, (field) => whenField(field, { kind: "ask-metadata", field: Number(field) })],
  [
    /^(\d{1,3})CV$/i,
    (mode) => (Number(mode) > 3 ? { kind: "out-of-range" } : { kind: "set-verbose", mode: Number(mode) }),
  ],
  [/^CV$/i, () => ({ kind: "ask-verbose" })],
  [/^0ECHO$/i, () => ({ kind: "set-echo" })],
  [/^ECHO$/i, () => ({ kind: "ask-echo" })],
  [/^CN$/i, () => ({ kind: "unit-name" })],
  [/^(?:\d{1,3}ECHO|.{1,64}CN)$/i, () => ({ kind: "not-here" })],
  [/^[A-Z]?[\d*]*RCDR/i, () => ({ kind: "not-here" })],
];

const shortReaders: Readers<SisCommand> = [
  [/^(\d{0,2})I$/i, (number) => ({ kind: "information", number: Number(number) })],
  [/^1?Q$/, () => ({ kind: "version", which: "release" })],
  // A small q asks for the build, says the manual of the SMP 300 series.
  [/^(?:\*Q|q)$/, () => ({ kind: "version", which: "build" })],
  [/^N$/i, () => ({ kind: "part-number" })],
  [/^(?:[0234]Q|1\*I)$/i, () => ({ kind: "not-here" })],
];

function readEscaped(body = ""): SisCommand | undefined {
  return readBy(escapedReaders, body);
}

function readShort(figures = "", letter = ""): SisCommand | undefined {
  return readBy(shortReaders, `${figures}${letter}`);
}

function readBy(readers: Readers<SisCommand>, text: string): SisCommand | undefined {
  for (const [pattern, read] of readers) {
    const found = pattern.exec(text);
    if (found !== null) return read(found[1] ?? "", found[2] ?? "");
  }
  return undefined;
}

/** Dublin Core fields 0 to 14, then system name, course and location. */
const LAST_FIELD = 17;
const LONGEST_VALUE = 127;

function setMetadata(field: string, value: string): SisCommand {
  const isRight = value.trim() !== "" && value.length <= LONGEST_VALUE;
  if (!isRight) return { kind: "out-of-range" };
  return whenField(field, { kind: "set-metadata", field: Number(field), value });
}

function whenField(field: string, command: SisCommand): SisCommand {
  return Number(field) <= LAST_FIELD ? command : { kind: "out-of-range" };
}

/** Without the noise at both ends. */
function withoutNoise(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && NOISE.test(text.charAt(start))) start++;
  while (end > start && NOISE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
