import type { Permission } from "../action/actions/index.ts";
import type { Path } from "../base/document/finding.ts";
import { type ControlId, controlId, deviceId, type RoomName, roomName } from "../base/identifiers.ts";
import { FIRST_PAGE, pageOfRoom } from "../base/page-names.ts";
import { hintFor } from "../base/suggest.ts";
import type { DeviceKind } from "../driver/contract.ts";
import type { LookTable } from "../feedback/look.ts";
import type { Language, LanguageTag } from "../language/language.ts";
import type { Dialect } from "../link/dialect.ts";
import {
  type ControlDocument,
  type ControlPlace,
  compileControl,
  type DeviceDocument,
} from "./compile-control.ts";
import { compileLink, findDialect, type LinkDocument } from "./compile-link.ts";
import type {
  ControlBinding,
  DeviceMapping,
  DimMapping,
  LayoutMapping,
  MappingVocabulary,
  PinMapping,
} from "./mapping.ts";
import type { Finding } from "./problem.ts";
import type { MappingDocument } from "./schema.ts";
import type { MappingSource } from "./source/open.ts";
import { looksIn } from "./spoken-looks.ts";
import type { Symbols } from "./symbols.ts";

/** What a mapping is made of: its text as the schema read it, and the words that it may use. */
export interface Compilation {
  readonly document: MappingDocument;
  readonly world: MappingVocabulary;
  readonly fingerprint: string;
  readonly symbols: Symbols;
  /** What came of asking the server's list for rooms. */
  readonly searches: MappingSource["searches"];
  report(finding: Finding): void;
}

interface DevicePlace extends Compilation {
  /** In the site's language. */
  readonly looks: Readonly<Record<string, LookTable>>;
  readonly roomNames: readonly RoomName[];
  languageOf(tag: LanguageTag): Language;
}

/** The panel part of a device, as its schema in `schema.ts` lets it through. */
interface PanelDocument {
  readonly rooms?: "all" | readonly string[];
  readonly pages?: Readonly<Record<string, Readonly<Record<string, ControlDocument>>>>;
  readonly homeAfterSeconds?: number | "never";
  readonly language?: LanguageTag;
  readonly languageAt?: Readonly<Record<string, LanguageTag>>;
  readonly brightnessAt?: Readonly<Record<string, "day" | "night">>;
  readonly dim?: { readonly afterSeconds: number; readonly wake?: DimMapping["wake"] };
  readonly pin?: {
    readonly from: string;
    readonly attempts?: number;
    readonly refuseSeconds?: number;
    readonly lockAfterSeconds?: number;
  };
}

export function compileDevice(
  name: string,
  device: DeviceDocument,
  compilation: DevicePlace,
): Omit<DeviceMapping, "fingerprint"> {
  const { world } = compilation;
  const kind = world.kinds.find((one) => one.kind === device.kind) as DeviceKind;
  const path = ["devices", name];
  const panel = device as PanelDocument;
  const pages = panel.pages ?? {};
  checkRooms(device, panel, { ...compilation, path });
  if (kind.linkStyle !== "none" && device.room !== undefined && panel.rooms !== undefined) {
    const message = `a link serves "${device.room}" or all rooms`;
    compilation.report({ severity: "error", path: [...path, "rooms"], at: "key", message, hint: "keep one" });
  }
  checkPages(panel, { ...compilation, path });
  const completed = completeSettings(kind, settingsOf(kind, device), { ...compilation, path });
  const named = [device.controls ?? {}, ...Object.values(pages)].flatMap((page) => Object.keys(page));
  const dialect = findDialect(world, kind, completed.dialect);
  // Said outright, so that naming the usual dialect is no change.
  const settings =
    "dialect" in kind.settingsSchema.shape ? { ...completed, dialect: dialect?.name } : completed;
  const described = describeControls([...new Set(named)].map(controlId), { kind, settings, dialect });
  const spoken = languagesOf(panel, compilation);
  const looks = looksSaid(compilation, spoken.language);
  const place = {
    ...compilation,
    looks,
    room: device.room,
    actions: world.actions,
    gestures: world.gestures,
    pageNames: kind.linkStyle === "none" ? pageNamesOf(panel, compilation) : [],
    device,
    described,
  };
  return {
    id: deviceId(name),
    kind,
    settings,
    room: device.room === undefined ? undefined : roomName(device.room),
    may: mayOf(kind, device.may),
    mayAt: Object.entries(device.mayAt ?? {}).map(([hours, may]) => [hours, mayOf(kind, may)]),
    controls: compilePage(device.controls ?? {}, { ...place, path: [...path, "controls"] }),
    pages: new Map(
      Object.entries(pages).map(([page, controls]) => [
        page,
        compilePage(controls, { ...place, path: [...path, "pages", page] }),
      ]),
    ),
    layout: kind.linkStyle === "none" ? layoutOf(device, panel, { ...compilation, looks }) : undefined,
    dim: dimOf(panel),
    homeAfterMs: kind.linkStyle === "none" ? homeOf(panel) : undefined,
    pin: pinOf(panel),
    described,
    link:
      dialect === undefined ? undefined : compileLink(device as LinkDocument, { ...place, path, dialect }),
    ...spoken,
    brightnessAt: Object.entries(panel.brightnessAt ?? compilation.document.brightnessAt ?? {}),
  };
}

/** A panel that has a language of its own has its hours, too. */
function languagesOf(panel: PanelDocument, { document, languageOf }: DevicePlace) {
  const isOwn = panel.language !== undefined || panel.languageAt !== undefined;
  const { languageAt = {} } = isOwn ? panel : document;
  const hours = Object.entries(languageAt).map(([hours, tag]) => [hours, languageOf(tag)] as const);
  return { language: languageOf(panel.language ?? document.language ?? "en"), languageAt: hours };
}

function looksSaid({ looks }: DevicePlace, language: Language): DevicePlace["looks"] {
  return Object.fromEntries(Object.entries(looks).map(([name, table]) => [name, looksIn(table, language)]));
}

interface Described {
  readonly kind: DeviceKind;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly dialect: Dialect | undefined;
}

/** Those that the device has, and buttons of the other side, whose names are free. */
function describeControls(
  named: readonly ControlId[],
  { kind, settings, dialect }: Described,
): DeviceMapping["described"] {
  const own = kind.describeControls(settings, named);
  if (own === "known-once-open" || dialect?.style !== "lines") return own;
  const { describeButton } = dialect;
  if (describeButton === undefined) return own;
  const others = named.filter((id) => !own.some((control) => control.id === id));
  return [...own, ...others.map(describeButton)];
}

function checkRooms(
  device: DeviceDocument,
  { rooms }: PanelDocument,
  { path, roomNames, report }: DevicePlace & { readonly path: Path },
): void {
  const named = [
    [["room"], device.room] as const,
    ...(rooms === undefined || rooms === "all" ? [] : rooms).map(
      (room, index) => [["rooms", index], room] as const,
    ),
  ];
  for (const [steps, room] of named) {
    if (room === undefined || roomNames.includes(roomName(room))) continue;
    const hint = hintFor(room, roomNames);
    report({
      severity: "error",
      path: [...path, ...steps],
      at: "value",
      message: `there is no room "${room}"`,
      hint,
    });
  }
}

function checkPages({ pages }: PanelDocument, { path, report }: DevicePlace & { readonly path: Path }): void {
  if (pages !== undefined && Object.hasOwn(pages, FIRST_PAGE)) {
    const message = `"${FIRST_PAGE}" is the page on which the panel begins`;
    const hint = 'its controls are those of the device, in "controls"';
    report({ severity: "error", path: [...path, "pages", FIRST_PAGE], at: "key", message, hint });
  }
}

function compilePage(
  controls: Readonly<Record<string, ControlDocument>>,
  place: Omit<ControlPlace, "control">,
): ReadonlyMap<ControlId, ControlBinding> {
  return new Map(
    Object.entries(controls).map(([control, document]) => [
      controlId(control),
      compileControl(document, { ...place, control, path: [...place.path, control] }),
    ]),
  );
}

function layoutOf(
  device: DeviceDocument,
  panel: PanelDocument,
  { looks, roomNames }: DevicePlace,
): LayoutMapping | undefined {
  const isMapped = device.controls !== undefined || panel.pages !== undefined;
  const own = device.room === undefined || isMapped ? [] : [device.room];
  const rooms = wallRooms(panel, roomNames) ?? own;
  // Of all rooms there may be none yet.
  return rooms.length === 0 && panel.rooms !== "all" ? undefined : { rooms: rooms.map(roomName), looks };
}

function wallRooms({ rooms }: PanelDocument, all: readonly RoomName[]): readonly string[] | undefined {
  return rooms === "all" ? all : rooms;
}

/** Its own pages, and of a wall those of its rooms. */
function pageNamesOf(panel: PanelDocument, { roomNames }: DevicePlace): readonly string[] {
  const ofRooms = (wallRooms(panel, roomNames) ?? []).map((room) => pageOfRoom(roomName(room)));
  return [FIRST_PAGE, ...Object.keys(panel.pages ?? {}), ...ofRooms];
}

/** Whoever looked at a room on a wall has left it there: the overview is everybody's. Other pages stay. */
function homeOf({ rooms, homeAfterSeconds }: PanelDocument): number | undefined {
  const seconds = homeAfterSeconds ?? (rooms === undefined ? "never" : WALL_HOME_SECONDS);
  return seconds === "never" ? undefined : seconds * 1000;
}

const WALL_HOME_SECONDS = 30;

function dimOf({ dim }: PanelDocument): DimMapping | undefined {
  return dim && { afterMs: dim.afterSeconds * 1000, wake: dim.wake ?? "acts" };
}

function pinOf({ pin }: PanelDocument): PinMapping | undefined {
  if (pin === undefined) return undefined;
  const { from, attempts = 5, refuseSeconds = 60, lockAfterSeconds = 120 } = pin;
  return { pinFrom: from, attempts, refuseMs: refuseSeconds * 1000, lockAfterMs: lockAfterSeconds * 1000 };
}

/** The driver's own part of a device: its schema has filled in the defaults already. */
function settingsOf(kind: DeviceKind, device: DeviceDocument): Record<string, unknown> {
  const own = Object.keys(kind.settingsSchema.shape);
  return Object.fromEntries(Object.entries(device).filter(([key]) => own.includes(key)));
}

/** Profiles beside the mapping file are read now, so that all their faults are found with the mapping's. */
function completeSettings(
  kind: DeviceKind,
  settings: Record<string, unknown>,
  { world, path, report }: DevicePlace & { readonly path: Path },
): Record<string, unknown> {
  const completed = kind.completeSettings?.(settings, world.folder);
  if (completed === undefined) return settings;
  if (completed.ok) return completed.value;
  const { setting, message, hint } = completed.failure;
  report({ severity: "error", path: [...path, setting], at: "value", message, hint });
  return settings;
}

function mayOf(kind: DeviceKind, may: DeviceDocument["may"]): DeviceMapping["may"] {
  if (may === undefined) return kind.linkStyle === "none" ? "everything" : "by-peer";
  return may === "everything" ? may : new Set(may as readonly Permission[]);
}
