import { actions as allActions } from "../action/actions/index.ts";
import type { Path } from "../base/document/finding.ts";
import { type ControlId, valtRoomId } from "../base/identifiers.ts";
import { fillPlaceholders } from "../base/placeholders.ts";
import type { ControlOutput, Rgb } from "../driver/control.ts";
import { inviteTo } from "../feedback/invitation.ts";
import {
  type Look,
  type LookCondition,
  type LookTable,
  type LookTemplate,
  lookConditions,
} from "../feedback/look.ts";
import { chooseLook, labelLook } from "../feedback/rules.ts";
import { formatDuration, translateWords, wordsFor } from "../feedback/words.ts";
import { createLanguage, type Language } from "../language/language.ts";
import type { BoundLook, ControlBinding, DeviceMapping, Mapping } from "../mapping/mapping.ts";
import type { Finding } from "../mapping/problem.ts";
import { looksIn } from "../mapping/spoken-looks.ts";
import { pagesOf } from "../panel/create-face.ts";
import type { KeyPicture, PictureSize } from "../panel/key-image/picture.ts";
import { findPoorPair } from "../panel/key-image/tones.ts";
import { unseenRoom } from "../room/room-state.ts";
import { type RoomView, viewRoom } from "../room/room-view.ts";

/**
 * What people could not read on the keys of a mapping's panels: texts and labels of the site that do not fit their key, and
 * colours that have to be drawn otherwise. Measured as it is drawn, in every language of the panel. Loads library and
 * fonts where a key has a display, so it is for `check` alone; rejects where they cannot be loaded.
 */
export async function checkPictures(mapping: Mapping): Promise<readonly Finding[]> {
  const keys = [...mapping.devices.values()].flatMap(keysOf);
  if (keys.length === 0) return [];
  const { loadFitting } = await import("../panel/key-image/fitting.ts");
  const checks = new PictureChecks(mapping, await loadFitting(mapping.font));
  for (const key of keys) checks.see(key);
  return checks.findings();
}

/** A control with a display, as it is on one page. */
interface Key {
  readonly device: DeviceMapping;
  readonly binding: ControlBinding;
  readonly look: BoundLook;
  readonly size: PictureSize;
  /** Where it stands in the mapping; of a panel that is laid out by itself, the device. */
  readonly path: Path;
}

function keysOf(device: DeviceMapping): readonly Key[] {
  const { id, described } = device;
  if (described === "known-once-open") return [];
  const screens = new Map(described.map((one): [ControlId, ControlOutput] => [one.id, one.output]));
  const { first, others } = pagesOf(device, described);
  const pages = [["controls", first] as const, ...[...others].map(([page, bound]) => [page, bound] as const)];
  return pages.flatMap(([page, bound]) =>
    [...bound.values()].flatMap((binding): readonly Key[] => {
      const { look, control } = binding;
      const output = screens.get(control);
      if (look === undefined || output?.kind !== "image") return [];
      const at = page === "controls" ? [page] : ["pages", page];
      const isMapped =
        (page === "controls" ? device.controls : device.pages.get(page))?.has(control) === true;
      const path = ["devices", id, ...(isMapped ? [...at, control] : [])];
      return [{ device, binding, look, size: output, path }];
    }),
  );
}

/** What a room is like while a look is measured: a recording of more than an hour is the longest that is usual. */
const ELAPSED_MS = 5_025_000;
const AGE_MS = 65_000;

function viewIn(condition: LookCondition): RoomView {
  const view = { ...viewRoom(unseenRoom, 0), ageMs: AGE_MS };
  if (condition === "stale") return view;
  const known = {
    ...view,
    knowledge: "live",
    status: "available",
    expected: "available",
    why: undefined,
  } as const;
  if (condition === "pending") return { ...known, pending: "start" };
  if (condition === "failed") return { ...known, trouble: "too late", brief: "too late" };
  return { ...known, status: condition, expected: condition, elapsedMs: ELAPSED_MS };
}

function isCalm(condition: LookCondition): boolean {
  return !["pending", "failed", "stale"].includes(condition);
}

/** What cannot be read on a key, and where that is said: of the control, or a phrase of the site. */
interface Unreadable {
  readonly at: "text" | "look" | { readonly phrase: string };
  readonly message: string;
  readonly hint: string;
}

const SHORTEN = "shorten it";

class PictureChecks {
  readonly #mapping: Mapping;
  readonly #fit: (picture: KeyPicture, size: PictureSize) => Fit;
  readonly #found = new Map<string, Finding>();
  readonly #measured = new Map<string, Fit>();
  /** A site has thousands of keys, and few that differ. */
  readonly #known = new Map<string, readonly Unreadable[]>();
  readonly #tables = new Map<LookTable, number>();
  /** Phrases of the bridge that the mapping says otherwise. */
  readonly #overridden: readonly (readonly [phrase: string, said: string])[];

  constructor(mapping: Mapping, fit: (picture: KeyPicture, size: PictureSize) => Fit) {
    this.#mapping = mapping;
    this.#fit = fit;
    const usual: Readonly<Record<string, string>> = createLanguage(mapping.language.tag).table;
    this.#overridden = Object.entries(mapping.language.table).filter(
      ([phrase, said]) => said !== usual[phrase],
    );
  }

  findings(): readonly Finding[] {
    return [...this.#found.values()];
  }

  see(key: Key): void {
    const kind = this.#kindOf(key);
    const unreadable = this.#known.get(kind) ?? this.#findUnreadable(key);
    this.#known.set(kind, unreadable);
    for (const { at, message, hint } of unreadable)
      this.#report(typeof at === "string" ? [...key.path, at] : ["words", at.phrase], { message, hint });
    this.#seeCaption(key);
  }

  /** Equal for keys that show the same, apart from their small line. */
  #kindOf({ look, size, binding, device: { language, languageAt } }: Key): string {
    const { table, room, text } = look;
    if (!this.#tables.has(table)) this.#tables.set(table, this.#tables.size);
    const tags = [language, ...languageAt.map(([, at]) => at)].map(({ tag }) => tag);
    const steps = [...binding.gestures].map(([gesture, actions]) => [
      gesture,
      actions.map((step) => ("action" in step ? [step.action.kind, step.room === room] : [])),
    ]);
    const named = room !== undefined && tellsRoom(table) ? [room, look.label] : [room === undefined];
    return JSON.stringify([this.#tables.get(table), size.widthPx, size.heightPx, text, tags, steps, named]);
  }

  #findUnreadable(key: Key): readonly Unreadable[] {
    const { language, languageAt } = key.device;
    const languages = [...new Set([language, ...languageAt.map(([, at]) => at)])];
    const conditions = key.look.room === undefined ? (["available"] as const) : lookConditions;
    const unshown = seeUnshown(key.look);
    if (unshown !== undefined) return [unshown];
    return conditions.flatMap((condition) => [
      ...languages.flatMap((one) => this.#seeText(key, condition, one)),
      ...seeColor(key.look.table[condition]),
    ]);
  }

  #seeText(key: Key, condition: LookCondition, language: Language): readonly Unreadable[] {
    const { look: bound, size } = key;
    const look = this.#lookOf(key, condition, language);
    const hasPlace = bound.room === undefined || (isCalm(condition) && look.text !== "");
    const own = hasPlace ? bound.text : undefined;
    if (own !== undefined) {
      const large = this.#measure({ ...look, state: look.state || look.text, text: own, caption: "" }, size);
      const message = `${quote(own)} is too long for ${tellSize(size)}: it stands in the small line`;
      return large.text.isWhole ? [] : [{ at: "text", message, hint: SHORTEN }];
    }
    const { isWhole, shown } = this.#measure({ ...look, caption: "" }, size).text;
    if (isWhole) return [];
    const said = look.state ? `${quote(look.state)} above ${quote(look.text)}` : quote(look.text);
    const message = `${said} does not fit on ${tellSize(size)}: it becomes ${quote(shown)}`;
    if (bound.table.english === undefined) return [{ at: "look", message, hint: SHORTEN }];
    const blamed = language === this.#mapping.language ? this.#blame(look) : [];
    return blamed.map((phrase) => ({ at: { phrase }, message, hint: SHORTEN }));
  }

  /** As the bridge chooses it. */
  #lookOf({ look, binding }: Key, condition: LookCondition, language: Language): Look {
    const table = looksIn(look.table, language);
    if (look.room === undefined) {
      const label = labelLook(table.available);
      // Only its room counts here, and any icon takes as much as a symbol.
      return look.symbol === undefined ? label : { ...label, icon: "mark" };
    }
    const view = viewIn(condition);
    const room = this.#mapping.rooms.get(look.room) ?? { name: look.room, id: valtRoomId(0) };
    const words = translateWords(wordsFor(view, room), language.translate);
    const { text = "", hold = "" } = inviteTo(
      binding.gestures,
      { room: look.room, status: view.status },
      allActions,
    );
    const offered = { text: language.translate(text), hold: language.translate(hold) };
    return chooseLook(table, { ...view, offered }, { ...words, label: look.label ?? words.label });
  }

  /** The words of the mapping that stand in a look of the bridge, whose own words fit. */
  #blame({ text, state = "" }: Look): readonly string[] {
    const values = { elapsed: formatDuration(ELAPSED_MS / 1000), age: formatDuration(AGE_MS / 1000) };
    const said = [text, state].map((one) => one.toLowerCase());
    return this.#overridden
      .filter(([, own]) => said.includes(fillPlaceholders(own, values).toLowerCase()))
      .map(([phrase]) => phrase);
  }

  #seeCaption({ look: { table, room, label }, path, size }: Key): void {
    const caption = label ?? (room === undefined ? "" : (this.#mapping.rooms.get(room)?.label ?? ""));
    const lit = lookConditions
      .filter(isCalm)
      .map((condition) => table[condition])
      .find(({ text, icon }) => text !== "" || icon !== "none");
    if (lit === undefined || lit.text === "{label}") return;
    const { isWhole, shown } = this.#measure({ ...lit, text: "", caption, badge: "" }, size).caption;
    if (isWhole) return;
    const message = `${quote(caption)} does not fit on ${tellSize(size)} as its small line: it becomes ${quote(shown)}`;
    const ofControl = label !== undefined || room === undefined;
    this.#report(ofControl ? [...path, "label"] : ["rooms", room, "label"], { message, hint: SHORTEN });
  }

  #measure({ color, icon, text, state, caption }: Look, size: PictureSize): Fit {
    const picture: KeyPicture = {
      ...{ color, icon, text, state, caption, badge: "" },
      ...{ progress: undefined, phase: "lit", brightness: "day" },
    };
    const key = JSON.stringify([size.widthPx, size.heightPx, icon, text, state, caption]);
    const fit = this.#measured.get(key) ?? this.#fit(picture, size);
    this.#measured.set(key, fit);
    return fit;
  }

  #report(path: Path, { message, hint }: Pick<Unreadable, "message" | "hint">): void {
    const known = JSON.stringify([path, message]);
    if (!this.#found.has(known))
      this.#found.set(known, { severity: "warning", path, at: "value", message, hint });
  }
}

/** A control's own text stands in the place of the look's. */
function seeUnshown({ room, table, text }: BoundLook): Unreadable | undefined {
  const hasPlace = room === undefined || lookConditions.some((one) => isCalm(one) && table[one].text !== "");
  if (text === undefined || hasPlace) return undefined;
  const message = `nothing shows ${quote(text)}: it takes the place of the look's text, and this look has none`;
  return { at: "text", message, hint: 'give the look a "text"' };
}

function tellsRoom(table: LookTable): boolean {
  return lookConditions.some((condition) => /\{(?:room|label)\}/.test(table[condition].text));
}

function seeColor({ color, icon }: LookTemplate): readonly Unreadable[] {
  const poor = findPoorPair({ color, icon });
  if (poor === undefined) return [];
  const { what, ratio, least, drawn } = poor;
  const message = `${quote(color)} gives ${what} a contrast of ${ratio.toFixed(1)}:1 where ${least}:1 is needed (WCAG AA): keys show ${hex(drawn)}`;
  return [{ at: "look", message, hint: "take a darker or a brighter colour" }];
}

type Fit = ReturnType<Awaited<ReturnType<typeof import("../panel/key-image/fitting.ts")["loadFitting"]>>>;

function tellSize({ widthPx, heightPx }: PictureSize): string {
  return `a display of ${widthPx} × ${heightPx} pixels`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function hex(color: Rgb): string {
  return `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
