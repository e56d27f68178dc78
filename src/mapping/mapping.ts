import type { Action } from "../action/action.ts";
import type { ActionTable } from "../action/action-kind.ts";
import type { Permission } from "../action/actions/index.ts";
import type { Fault } from "../base/document/finding.ts";
import type { ByHours } from "../base/hours.ts";
import type { ControlId, DeviceId, RoomName, ServerName, ValtRoomId } from "../base/identifiers.ts";
import type { Result } from "../base/result.ts";
import type { DeviceKind } from "../driver/contract.ts";
import type { ControlDescription } from "../driver/control.ts";
import type {
  ColorConvention,
  ColorName,
  IconName,
  LookCondition,
  LookPresets,
  LookTable,
} from "../feedback/look.ts";
import type { GestureSettings } from "../gesture/gesture.ts";
import type { GestureRule } from "../gesture/gesture-rule.ts";
import type { Language } from "../language/language.ts";
import type { Dialect, DialectTable, Push } from "../link/dialect.ts";
import type { KeptIcon } from "../panel/key-image/symbols/kept-icons.ts";
import type { SymbolSource } from "../panel/key-image/symbols/symbol.ts";
import type { MarkColor } from "../valt/marks.ts";
import type { Pattern } from "./pattern.ts";
import type { MappingSource } from "./source/open.ts";
import type { RoomSearch } from "./source/server-rooms.ts";

/** The world for a mapping, with the kinds that it names; without one, with every kind. */
export type VocabularyLoader = (source?: MappingSource | string) => Promise<MappingVocabulary>;

/** What a mapping is read against: the kinds of devices and the vocabulary of the other stages. */
export interface MappingVocabulary {
  readonly kinds: readonly DeviceKind[];
  readonly actions: ActionTable;
  readonly gestures: readonly GestureRule[];
  readonly dialects: DialectTable;
  readonly lookPresets: LookPresets;
  readonly lookConditions: readonly LookCondition[];
  readonly lookPlaceholders: readonly string[];
  /** What a recording's name may mention. */
  readonly namePlaceholders: readonly string[];
  readonly pushPlaceholders: readonly string[];
  readonly colorNames: readonly [ColorName, ...ColorName[]];
  readonly iconNames: readonly [IconName, ...IconName[]];
  /** Icons that controls and looks can show besides. */
  readonly keptIcons: readonly [KeptIcon, ...KeptIcon[]];
  readonly colorConventions: readonly [ColorConvention, ...ColorConvention[]];
  readonly markColors: readonly [MarkColor, ...MarkColor[]];
  readonly defaultRecordingName: string;
  /** The mapping file's folder, where profiles may lie; absent for a mapping that is no file. */
  readonly folder?: string;
  /** Why no client can be made for this server, as a sentence. */
  findServerFault(server: ServerMapping): string | undefined;
  /** That so many rooms cannot be looked at within the freshness limit one by one, and by how much. */
  findPaceFault(rooms: number, timing: TimingMapping): string | undefined;
  /** A picture by the bytes of its file; a fault begins with a verb. */
  readPicture(bytes: Buffer): Result<SymbolSource, Fault>;
  /** Tells the letters of a text that no font of a key has. Fails where the site's own font cannot be used. */
  readFonts(ownFont: string | undefined): Result<(text: string) => readonly string[], string>;
}

/** A checked mapping, everything resolved: what the bridge runs on. */
export interface Mapping {
  /** SHA-256 of the file's text, without profiles beside it: which mapping was active is part of the evidence. */
  readonly fingerprint: string;
  /** At least one. */
  readonly servers: ReadonlyMap<ServerName, ServerMapping>;
  readonly rooms: ReadonlyMap<RoomName, RoomMapping>;
  /** Rooms whose ids the server's list has to tell, and does not: nothing can be done in them. */
  readonly unfound: ReadonlyMap<RoomName, UnfoundRoom>;
  /** What is asked of each server's list of rooms; nothing of a server where every room has its id. */
  readonly searches: ReadonlyMap<ServerName, RoomSearch>;
  readonly devices: ReadonlyMap<DeviceId, DeviceMapping>;
  /** What people read is said in it; a panel may have another one. */
  readonly language: Language;
  readonly colors: ColorConvention;
  /** The site's own font, as a file; absent when the bridge's will do. */
  readonly font: string | undefined;
  /** Kept icons and pictures that controls and looks show, by name; another drawing has another name. */
  readonly symbols: ReadonlyMap<string, SymbolSource>;
  readonly timing: TimingMapping;
  readonly alarms: AlarmsMapping;
  readonly journal: { readonly keepDays: number; readonly keepMegabytes: number };
}

interface AlarmsMapping {
  readonly stoppedElsewhere: "ours" | "all" | "none";
  /** Name of the environment variable with the address. */
  readonly webhookFrom: string | undefined;
  readonly certificateDays: number;
  readonly diskFreePercent: number;
  readonly clockSeconds: number;
}

export interface ServerMapping {
  readonly name: ServerName;
  /** Its first address, by which marks and files know it. */
  readonly url: string;
  /** Further addresses of the same server, in the order in which they are tried. */
  readonly otherUrls: readonly string[];
  readonly username: string;
  /** Name of the environment variable with the password. */
  readonly passwordFrom: string;
  readonly tls:
    | "system"
    | "insecure"
    | "none"
    | { readonly caFile: string }
    | { readonly fingerprint: string };
  readonly deadlineMs: number;
  /** Numbers with just so many digits are PINs, all others are cards. */
  readonly pinDigits: number;
}

export interface RoomMapping {
  readonly name: RoomName;
  readonly server: ServerName;
  readonly id: ValtRoomId;
  /** What people call it: shown on keys. */
  readonly label: string;
  /** What the server is expected to call it; absent when any name will do. */
  readonly serverName: string | undefined;
  readonly recordingName: string;
  readonly author: number | undefined;
  readonly template: Readonly<Record<string, string>> | undefined;
}

/** A room as the mapping has it, which is not found on the server. */
export interface UnfoundRoom extends Pick<RoomMapping, "name" | "server" | "label" | "serverName"> {
  /** A sentence. */
  readonly why: string;
}

export interface TimingMapping {
  readonly activePollMs: number;
  readonly idlePollMs: number;
  readonly requestsPerSecond: number;
  /** A status that was asked for longer ago is unknown, in whatever room. */
  readonly freshMs: number;
  /** How far the server's status may trail its own answers. */
  readonly statusTrailsMs: number;
  readonly pressDeadlineMs: number;
  readonly toggleRepeatMs: number;
}

type Permitted = ReadonlySet<Permission> | "everything" | "by-peer";

export interface DeviceMapping {
  readonly id: DeviceId;
  /** The same as long as the mapping says the same of it and of what it takes from elsewhere, apart from its rooms. */
  readonly fingerprint: string;
  readonly kind: DeviceKind;
  /** The driver's own part, checked by its schema. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The only room that a link may ask about; a link without one serves all. */
  readonly room: RoomName | undefined;
  /** `by-peer`: everything from here, little from afar. */
  readonly may: Permitted;
  /** What it may do instead at some hours. */
  readonly mayAt: ByHours<Permitted>;
  /** What holds on every page that does not say otherwise. */
  readonly controls: ReadonlyMap<ControlId, ControlBinding>;
  readonly pages: ReadonlyMap<string, ReadonlyMap<ControlId, ControlBinding>>;
  /** A panel that the mapping gives rooms is laid out around its controls when these are known. */
  readonly layout: LayoutMapping | undefined;
  readonly dim: DimMapping | undefined;
  /** A panel that nobody touches turns to its first page after this long; absent: never. */
  readonly homeAfterMs: number | undefined;
  readonly pin: PinMapping | undefined;
  readonly described: readonly ControlDescription[] | "known-once-open";
  readonly link: LinkMapping | undefined;
  /** What people read on its panel; a link and a console speak the site's. */
  readonly language: Language;
  /** What they read there instead at some hours. */
  readonly languageAt: ByHours<Language>;
  /** At night hours everything but a recording tally is dimmed, whoever touches the panel. */
  readonly brightnessAt: ByHours<"day" | "night">;
}

export interface ControlBinding {
  readonly control: ControlId;
  /** By their word, such as `tap`, or their word and way, such as `turn-left`. */
  readonly gestures: ReadonlyMap<string, readonly ActionTemplate[]>;
  readonly settings: GestureSettings;
  readonly look: BoundLook | undefined;
}

export interface BoundLook {
  readonly table: LookTable;
  /** Absent for labels that no room stands behind: the look for `available` always holds. */
  readonly room: RoomName | undefined;
  /** Present for the look of the whole site's readiness, which no room stands behind either. */
  readonly subject?: "site";
  /** The small line; absent where the room's own label is shown. */
  readonly label?: string | undefined;
  /** A text of the site's own beside what the look says. */
  readonly text?: string | undefined;
  /** A kept icon or a picture of the site's own, by its name among the mapping's symbols. */
  readonly symbol?: string | undefined;
}

export interface LinkMapping {
  readonly dialect: Dialect;
  /** Those of the dialect, as its schema has them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly commands: readonly CommandMapping[];
  readonly pushes: readonly Push[];
  /** Whether commands of the dialect's own are understood. */
  readonly builtIn: "on" | "off";
  readonly allow: readonly string[];
  readonly passcodeFrom: string | undefined;
  readonly limit: { readonly perSecond: number; readonly burst: number };
}

export interface CommandMapping {
  readonly pattern: Pattern;
  /** Rising edge, trigger, or a message that carries its words as arguments. */
  readonly on: readonly ActionTemplate[];
  readonly off: readonly ActionTemplate[];
}

export interface LayoutMapping {
  readonly rooms: readonly RoomName[];
  readonly looks: Readonly<Record<string, LookTable>>;
}

export interface DimMapping {
  /** Without a touch for so long, everything but a recording tally is dimmed. */
  readonly afterMs: number;
  /** What the first touch of a dimmed panel does. */
  readonly wake: "acts" | "only-wakes";
}

export interface PinMapping {
  /** Name of the environment variable with the digits. */
  readonly pinFrom: string;
  readonly attempts: number;
  readonly refuseMs: number;
  readonly lockAfterMs: number;
}

/** What a gesture does: something to a room, or something to the panel itself. */
export type ActionTemplate = RoomActionTemplate | PanelStep;

/** An action whose room and texts may still be captures such as `{room}` or `{text}`. */
export interface RoomActionTemplate {
  readonly room: string;
  readonly action: ActionWithoutRoom;
}

/** Turns to a page, or types a digit of the panel's PIN. */
export type PanelStep = { readonly page: string } | { readonly digit: string };

export type ActionWithoutRoom = Action extends infer One
  ? One extends Action
    ? Omit<One, "room">
    : never
  : never;
