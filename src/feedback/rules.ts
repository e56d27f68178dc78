import type { Alarm } from "../alarm/alarm.ts";
import { fillPlaceholders } from "../base/placeholders.ts";
import { isRunning } from "../base/running.ts";
import type { Language } from "../language/language.ts";
import type { Readiness } from "../preflight/check.ts";
import type { RoomView } from "../room/room-view.ts";
import type { Look, LookCondition, LookTable, LookTemplate } from "./look.ts";
import type { Words } from "./words.ts";

/** What a control offers now, in the language of the site, else nothing; see `invitation.ts`. */
interface Offered {
  readonly text: string;
  readonly hold: string;
}

/** What a press comes to while the room is not known: a mark that is kept, anything else. */
interface WhenAway {
  readonly kept: string;
  readonly not: string;
}

interface OfferedView extends RoomView {
  readonly offered?: Offered | undefined;
  readonly whenAway?: WhenAway;
  /** The panel shows more rooms than this one. */
  readonly severalRooms?: boolean;
}

/** The look of a room: pure. A lamp never shows a wish: only what was seen, or that it is not known. */
export function chooseLook(table: LookTable, view: OfferedView, words: Words): Look {
  const { offered } = view;
  const condition = conditionFor(table, view);
  const isAsking = offered !== undefined && table.says === "what-to-do" && condition === view.status;
  const filled = fillLook(templateFor(table, condition, view), words);
  const look = isAsking ? offerOn(filled, view, offered) : filled;
  if (isAside(table, condition)) return named(asideLook(look, view), view, words);
  return hasAlarm(view) ? named(alarmedLook(look, table, { ...view, words }), view, words) : look;
}

function templateFor(table: LookTable, condition: LookCondition, { ageMs }: RoomView): LookTemplate {
  const isUnseen = condition === "stale" && ageMs === undefined;
  return (isUnseen ? table.unseen : undefined) ?? table[condition];
}

/** Among several rooms nothing takes the place of a room's name: it stands above the text then. */
function named(look: Look, { severalRooms }: OfferedView, { label }: Words): Look {
  const isTold = severalRooms !== true || look.caption === "" || look.caption === label;
  return isTold ? look : { ...look, name: String(label) };
}

/**
 * What a control does stays readable under an alarm. The tally carries it: it flashes, and says in the place of the room's
 * name what happened; other controls have a sign in the corner. What was dark and carries alarms shows nothing else.
 */
function alarmedLook(
  look: Look,
  table: LookTable,
  view: Pick<RoomView, "alarm" | "alarmBrief" | "status"> & { readonly words: Words },
): Look {
  const said = capitalize(view.alarmBrief ?? view.alarm ?? "");
  if (table.alarms === "badge") return isDark(look) ? look : { ...look, badge: ALARM_BADGE };
  if (isDark(look)) return isQuiet(table, view) ? look : failedLook(table, view.words, said);
  const { color, icon, oneColor } = isRunning(view.status) ? look : table.failed;
  return { ...look, state: undefined, color, icon, oneColor, blink: "double", caption: said };
}

const ALARM_BADGE = "!";

/** The tally tells that nothing is known; other controls keep what they do, and say what a press comes to. */
function isAside({ alarms, stale }: LookTable, condition: LookCondition): boolean {
  return alarms === "badge" && condition === "stale" && stale.icon !== "offline";
}

function asideLook(look: Look, { recording, whenAway }: OfferedView): Look {
  const isKept = look.icon === "mark" && recording !== undefined;
  const caption = (isKept ? whenAway?.kept : whenAway?.not) ?? look.caption;
  return { ...look, isStill: true, caption };
}

/** Why a press came to nothing stands on the control that was pressed and on the tally; other controls show how the room is. */
function conditionFor(table: LookTable, view: RoomView): LookCondition {
  return conditionOf(table.alarms === "badge" ? { ...view, trouble: undefined } : view);
}

/** What is dark while its room records stays so, but for what is there for alarms alone. */
function isQuiet({ alarms }: LookTable, { status }: Pick<RoomView, "status">): boolean {
  return isRunning(status) && alarms !== "alone";
}

/** A command under way, and what went wrong a moment ago, come first. */
function hasAlarm(view: RoomView): boolean {
  return view.alarm !== undefined && conditionOf(view) === view.status;
}

/** Whether a control with such looks says in words what happened in its room. */
export function tellsAlarm(table: LookTable, view: RoomView): boolean {
  if (!hasAlarm(view) || table.alarms === "badge") return false;
  return !(isDark(table[conditionOf(view)]) && isQuiet(table, view));
}

/** Whether a control shows nothing. */
function isDark({ text, icon, symbol }: LookTemplate): boolean {
  return text === "" && icon === "none" && symbol === undefined;
}

/** What a site gives a control beside its look. */
interface OwnSigns {
  readonly text?: string | undefined;
  readonly symbol?: string | undefined;
}

/**
 * The look with the site's own text and symbol, where it shows something. What went wrong, what is under way, what is not
 * known and an alarm in words need the whole key. Beside a tally's icon, which tells how the room is, a symbol takes a place of its
 * own; on other controls it takes the icon's.
 */
export function withOwn(
  look: Look,
  { text, symbol, table }: OwnSigns & { readonly table: LookTable },
  view: RoomView,
): Look {
  const { pending, trouble, status } = view;
  const isAsideHere = isAside(table, conditionFor(table, view));
  const isTroubled = trouble !== undefined && table.alarms !== "badge";
  const isCalm = pending === undefined && !isTroubled && (status !== undefined || isAsideHere);
  if (!isCalm || isDark(look) || tellsAlarm(table, view)) return look;
  const own = look.text === "" ? undefined : text;
  return { ...look, own, ...(symbol !== undefined && { symbol, symbolStands: symbolPlace(table) }) };
}

function symbolPlace({ alarms }: LookTable): Look["symbolStands"] {
  return alarms === "badge" ? "for-icon" : "beside-icon";
}

/** For so long a new recording's key says how to end it, in the place of the room's name. */
const HINT_MS = 5000;

function offerOn(look: Look, { status, elapsedMs = HINT_MS }: RoomView, { text, hold }: Offered): Look {
  if (text !== "") return { ...look, text, state: look.text };
  const isNew = status === "recording" && elapsedMs < HINT_MS;
  return isNew && hold !== "" ? { ...look, caption: hold } : look;
}

/** The look of a press that was too short: lamps stay as they are. */
export function hintLook(table: LookTable, look: Look, hint: string): Look {
  const state = table.says === "what-to-do" ? (look.state ?? look.text) : undefined;
  return { ...look, text: hint, state };
}

/** The look of a press that was refused, with its reason. */
function failedLook(table: LookTable, words: Words, reason: string): Look {
  return fillLook(table.failed, { ...words, reason, brief: reason });
}

/**
 * What became of a press, for the control that was pressed: it may show nothing else, or by now the name of a page.
 * `table` is what it shows of a room.
 */
export function noteLook({ kind, text, small }: PressNoteText, words: Words, table?: LookTable): Look {
  if (kind === "refused" && table?.failed.text.includes("{reason}") === true)
    return failedLook(table, words, text);
  const [color, sign] = noteSigns[kind];
  // Two texts need the room of a sign.
  const [icon, caption] = small === undefined ? [sign, String(words.label)] : (["none", small] as const);
  return { color, icon, blink: "double", oneColor: "lit", text, caption, badge: "" };
}

interface PressNoteText {
  readonly kind: keyof typeof noteSigns;
  readonly text: string;
  readonly small?: string;
}

const noteSigns = {
  refused: ["purple", "warning"],
  delivered: ["white", "mark"],
  asked: ["yellow", "wait"],
  "called-off": ["white", "cancelled"],
  seen: ["white", "warning"],
} as const;

/** A label that no room stands behind, such as the name of a page. */
export function labelLook(template: LookTemplate, { text, symbol }: OwnSigns = {}): Look {
  const signs = symbol === undefined ? {} : { symbol, symbolStands: "for-icon" as const };
  return { ...template, own: text, ...signs, caption: "", badge: "" };
}

interface SiteView {
  readonly readiness: Readiness;
  readonly alarms: readonly Alarm[];
  /** Devices of the mapping that are not there. */
  readonly missing: readonly string[];
}

/** Whether the whole site was found in order, and whether something of it wants to be seen to all the same. */
export function siteLook(
  table: LookTable,
  { readiness, alarms, missing }: SiteView,
  language: Language,
): Look {
  const { state, reason, brief = reason } = readiness;
  const wanting = [
    ...(missing.length === 0 ? [] : [tellMissing(missing, language)]),
    ...alarms
      .filter(({ room }) => room === undefined)
      .map(({ words }) => ({ text: language.translate(words) })),
  ];
  const [first, ...more] = wanting;
  if (state === "ready" && first !== undefined) {
    const badge = more.length === 0 ? "" : `+${more.length}`;
    return { ...warned, caption: "", ...first, text: capitalize(first.text), badge };
  }
  const template = { checking: table.pending, ready: table.available, "not-ready": table.failed }[state];
  const text = template.text
    .replace("{reason}", () => language.translate(brief))
    .replace("{pending}", () => language.say("checking"));
  return { ...template, text: capitalize(text), caption: "", badge: "" };
}

/** How many, and their names in a small line, as far as there is room. */
function tellMissing(missing: readonly string[], { say }: Language) {
  const count = missing.length;
  const text = count === 1 ? say("1 device missing") : say("{count} devices missing", { count });
  return { text, caption: missing.join(", ") };
}

/** Presses work, and something needs a person. No room is ever like that, so no table has a look for it. */
const warned = {
  color: "orange",
  icon: "warning",
  blink: "slow",
  oneColor: "lit",
} as const satisfies Omit<LookTemplate, "text">;

/** Whether looks tell how their room is, and not only what their control does there. */
export function isTally(table: LookTable | undefined): boolean {
  return table !== undefined && table.alarms === undefined;
}

/** What comes first when several things are true of a room. */
export function conditionOf(view: RoomView): LookCondition {
  if (view.pending !== undefined) return "pending";
  if (view.trouble !== undefined) return "failed";
  if (view.status === undefined) return "stale";
  return view.status;
}

/** Whether time alone changes what is shown. */
export function ticks(table: LookTable, view: RoomView): boolean {
  const { text } = table[conditionFor(table, view)];
  const isCounting = view.status === "recording" && text.includes("{elapsed}");
  return isCounting || (view.status === undefined && text.includes("{age}"));
}

function fillLook(template: LookTemplate, words: Words): Look {
  const filled = fillPlaceholders(template.text, {
    ...words,
    reason: words.brief ?? words.reason,
    age: words.span,
  }).trim();
  // Names stay as they are; sentences begin with a capital.
  const text = /^\{(pending|reason)\}/.test(template.text) ? capitalize(filled) : filled;
  return {
    ...template,
    text,
    caption: isDark({ ...template, text }) || text === words.label ? "" : String(words.label),
    badge: String(words.marks),
  };
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
