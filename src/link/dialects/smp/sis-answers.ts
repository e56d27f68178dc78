import { z } from "zod";
import type { RoomView } from "../../../room/room-view.ts";
import { ANSWER_END } from "../../dialect.ts";
import { type LinkError, linkErrors } from "../../errors.ts";
import { clockWord } from "../../room-line.ts";
import { helloSetting } from "../hello.ts";

/** Where recorders of that make differ, or what they do could not be verified. */
export const smpSettings = z.object({
  ...helloSetting,
  secondPause: z
    .enum(["stays", "resumes"])
    .optional()
    .describe("What a pause does to a paused recording in the dialect smp (default stays)."),
  timeLeft: z
    .enum(["drive", "two-drives", "time"])
    .optional()
    .describe(
      "How the dialect smp tells drives and the time left: drive (as with one drive), two-drives (as with a second recording), or time (the time alone, as older recorders do). Default drive.",
    ),
  whenUnknown: z
    .enum(["error", "stopped"])
    .optional()
    .describe(
      "What the dialect smp tells unasked while the state is not known: error (E25), or stopped (RcdrY0) for modules that would go on showing the last state. Default error.",
    ),
  freeKilobytes: z
    .int()
    .min(0)
    .optional()
    .describe(
      "Told as free space in the dialect smp; the server does not say how much there is (default 0).",
    ),
});
/** The settings of a link of this dialect, as the mapping has them now. */
export type SmpSettings = z.output<typeof smpSettings>;

/**
 * Verbose modes of SIS: 0 neither, 1 changes are told unasked, 2 answers to questions carry a tag, 3 both.
 * A network session begins with 0 and a wire with 1.
 */
export type VerboseMode = 0 | 1 | 2 | 3;

/** Whether changes are told in this mode. */
export function tellsUnasked(mode: VerboseMode): boolean {
  return mode === 1 || mode === 3;
}

/** `Inf35*` before the value where answers carry a tag. */
export function answerQuestion(mode: VerboseMode, tag: string, value: string): string {
  return `${mode >= 2 ? tag : ""}${value}${ANSWER_END}`;
}

/** This recorder's manual has a number of its own for a timeout. */
const TIMED_OUT = 18;

/** `E14` with its end; the numbers are those of the manual of the SMP 300 series. */
export function writeSisError(what: LinkError): string {
  return `E${what === "timeout" ? TIMED_OUT : linkErrors[what].code}${ANSWER_END}`;
}

/** 0 stopped, 1 recording, 2 paused; nothing while the server does not say. */
export function recordDigit({ expected }: RoomView): "0" | "1" | "2" | undefined {
  if (expected === undefined) return undefined;
  if (expected === "recording") return "1";
  return expected === "paused" ? "2" : "0";
}

const recordWords = { "0": "stopped", "1": "recording", "2": "paused" } as const;

/** `stopped`, `setup` while a start is under way, `recording`, `paused`; `unknown` is ours. */
function recordWord(view: RoomView): string {
  const digit = recordDigit(view);
  if (digit === undefined) return "unknown";
  return view.pending === "start" && view.status !== "recording" ? "setup" : recordWords[digit];
}

/** `00:00:00` when nothing is recorded, as the manual says; nothing while the time is not known. */
export function elapsedTime(view: RoomView): string | undefined {
  const digit = recordDigit(view);
  if (digit === "0") return clockWord(0);
  return digit === undefined || view.elapsedMs === undefined ? undefined : clockWord(view.elapsedMs);
}

/** Not known to VALT; modules read this as no time left to tell. */
const NO_REMAINING_TIME = "00:00:00";

/** As such recorders write what they have no value for. */
const NOT_KNOWN = "N/A";

/**
 * The whole state in one line: channels, state, destination, free space, time recorded, time left. Of two drives the
 * second one is never there.
 */
export function statusLine(view: RoomView, { freeKilobytes = 0, timeLeft }: SmpSettings): string {
  const hasTwo = timeLeft === "two-drives";
  const parts = [
    "ChA1*ChB3",
    recordWord(view),
    destination(timeLeft),
    hasTwo ? `${freeKilobytes}*0` : String(freeKilobytes),
    elapsedTime(view) ?? NOT_KNOWN,
    hasTwo ? `${NO_REMAINING_TIME}*${NO_REMAINING_TIME}` : NO_REMAINING_TIME,
  ];
  return parts.map((part) => `<${part}>`).join("*");
}

/** Where it is recorded to. */
export function destination(timeLeft: SmpSettings["timeLeft"]): string {
  return timeLeft === "two-drives" ? `internal*${NOT_KNOWN}` : "internal";
}

/** `N/A 00:00:00` is what a recorder without a USB drive says; older ones tell the time alone. */
export function remainingTime(timeLeft: SmpSettings["timeLeft"]): string {
  if (timeLeft === "time") return NO_REMAINING_TIME;
  const external = `${NOT_KNOWN} ${NO_REMAINING_TIME}`;
  return timeLeft === "two-drives" ? `internal ${NO_REMAINING_TIME}*${external}` : external;
}

/** Alarms as such recorders list them (seen in a published driver); the name is ours. */
export function activeAlarms({ alarm }: RoomView): string {
  return alarm === undefined ? "" : "<name:valt,level:warning>";
}

/** `1.02` and `1.02.0003` of `1.2.3`. */
export function sisVersion(version: string, which: "release" | "build"): string {
  const [major = "0", minor = "0", patch = "0"] = version.split(/[.+-]/);
  const release = `${major}.${minor.padStart(2, "0")}`;
  return which === "release" ? release : `${release}.${patch.padStart(4, "0")}`;
}

/** `Sun, 22 Nov 2026 22:45:27`, as such recorders greet a session. */
export function greetingTime(wallMs: number): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "2-digit",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(wallMs);
  const part = (wanted: string) => parts.find(({ type }) => type === wanted)?.value ?? "";
  const time = [part("hour"), part("minute"), part("second")].join(":");
  return `${part("weekday")}, ${part("day")} ${part("month")} ${part("year")} ${time}`;
}
