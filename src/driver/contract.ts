/**
 * All that a driver author reads. A driver translates between bytes and the closed set of physical
 * shapes; it has no name, no watch, no memory of pictures and no opinion. It never retries: it says
 * `lost`, is closed, and the supervisor opens it again later.
 */
import type { z } from "zod";
import type { Clock } from "../base/clock.ts";
import type { ControlId, PeerId } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import type { Result } from "../base/result.ts";
import type { ControlDescription, ControlEvent } from "./control.ts";
import type { Frame } from "./frame.ts";
import type { DialectTransport, LinkMessage, LinkStyle, Peer, Stroke } from "./link.ts";

export { type ControlId, controlId, type PeerId, peerId } from "../base/identifiers.ts";
export { memoize } from "../base/memory.ts";
export { fail, type Result, succeed } from "../base/result.ts";
export { suggest } from "../base/suggest.ts";
export { readTextFile } from "../base/text-file.ts";
export type * from "./control.ts";
export type * from "./frame.ts";
export * from "./link.ts";
export type { Clock, Log };

/** A driver: all that the bridge knows of one kind of device. */
export interface DeviceKind<Schema extends z.ZodObject = z.ZodObject> {
  /** The word used in mapping files, and the name of the driver's folder. */
  readonly kind: string;
  /** Strict, every field described; the mapping's schema is assembled from these. */
  readonly settingsSchema: Schema;
  readonly linkStyle: LinkStyle;
  /**
   * Completes settings with what lies beside the mapping file, above all profiles of products: reads files, nothing else.
   * Called when a mapping is loaded, before everything below. `folder` is the mapping file's; absent without a file.
   */
  completeSettings?(
    settings: z.output<Schema>,
    folder: string | undefined,
  ): Result<z.output<Schema>, SettingsFault>;
  /**
   * Pure, so that a mapping can be checked without hardware.
   * `named` are the controls that the mapping binds; a kind whose controls are free names describes just these.
   */
  describeControls(
    settings: z.output<Schema>,
    named: readonly ControlId[],
  ): readonly ControlDescription[] | "known-once-open";
  /** What the device takes for itself: two devices that take the same are told when a mapping is checked. */
  claims?(settings: z.output<Schema>): readonly Claim[];
  /** Lists what is attached as ready-made settings; opens nothing. */
  discover?(signal: AbortSignal): Promise<readonly DiscoveredDevice[]>;
  /** An entry for a new mapping, where nothing that is attached calls for one. */
  readonly starter?: Starter;
  /** Every product that is known by its name, for the reference. */
  catalogue?(): readonly CatalogueEntry[];
  /** Products that are attached and that people take for this kind, though it cannot open them. */
  findUnsupported?(): Promise<readonly UnsupportedDevice[]>;
  /**
   * Calls `arrived` whenever something was plugged in that might be of this kind, until the signal aborts.
   * Cheap and approximate: the supervisor tries to open and finds out.
   */
  watchArrivals?(arrived: () => void, signal: AbortSignal): void;
  /**
   * A profile to start from, as the text of a file, out of the reports that an unknown product was seen sending.
   * `settings` are those with which it was opened.
   */
  draftProfile?(settings: z.output<Schema>, reports: readonly Uint8Array[]): string;
  /** Parts that are compiled for each platform and may be missing on this one. */
  readonly natives?: readonly NativePart[];
  /**
   * Settings to add, out of the reports that the device was seen sending, such as how a card reader types. `printed` is
   * the number on the card that was held to it. Nothing where there is nothing to add.
   */
  proposeSettings?(
    settings: z.output<Schema>,
    reports: readonly Uint8Array[],
    printed: string | undefined,
  ): SettingsProposal | undefined;
  /** Lines for a udev rules file, so that the bridge may open such devices on Linux. */
  udevRules?(): string;
  /** Loads its native library here, not before. Resolves once; a later abort of `signal` means close. */
  open(request: OpenRequest<z.output<Schema>>): Promise<Result<OpenDevice, OpenFailure>>;
  /**
   * Plays the raw inbound bytes of a recording into an opened device of this kind, as the hardware would.
   * `productName` is what the opened device calls itself.
   */
  openPlayer?(settings: z.output<Schema>, productName: string): Promise<Result<RecordingPlayer, OpenFailure>>;
}

/** Erases a kind's settings type, so that kinds of all sorts fit one list. */
export function defineDeviceKind<Schema extends z.ZodObject>(kind: DeviceKind<Schema>): DeviceKind {
  return kind as unknown as DeviceKind;
}

/** A package that is compiled for each platform. */
export interface NativePart {
  readonly name: string;
  /** Rejects where it has no build; costs nothing once a device has loaded it. */
  load(): Promise<unknown>;
  /** What does not work without it, in a sentence or two. */
  readonly without: string;
}

/** Why settings cannot be completed, for the mapping's list of problems. */
export interface SettingsFault {
  /** The setting that is to blame, such as `profile`. */
  readonly setting: string;
  /** What is wrong and where, with line and column when it is in a file of its own. */
  readonly message: string;
  /** What would be right. */
  readonly hint?: string;
}

/** Something of which there is one, such as a port or a panel. */
export interface Claim {
  /** The setting that names it. */
  readonly setting: string;
  /** For people: `UDP port 9000`, `the panel with the serial number AL1`. Equal texts mean one thing. */
  readonly what: string;
  /** Of a listener: its address. Listeners of one port get on when their addresses differ; `0.0.0.0` and `::` are all. */
  readonly host?: string;
}

/** Settings that a driver found out, for a person to put into the mapping. */
export interface SettingsProposal {
  readonly settings: Readonly<Record<string, unknown>>;
  /** For people: what was seen and what to look at. Nothing secret. */
  readonly notes: readonly string[];
}

/** Kinds by their word, each loaded when it is wanted: most machines have panels of one or two kinds. */
export type DeviceKinds = Readonly<Record<string, () => Promise<DeviceKind>>>;

/** What a kind offers to a new mapping. */
export interface Starter {
  /** What the device would be called in it. */
  readonly name: string;
  /** For people, with the answers that are understood. */
  readonly question: string;
  /** The answer of who only presses Enter. */
  readonly usual: string;
  /** The settings that follow from an answer; nothing where none is wanted. */
  settings(answer: string): Readonly<Record<string, unknown>> | undefined;
}

/** A product that is supported. */
export interface CatalogueEntry {
  readonly productName: string;
  /** As a mapping says them, for this product. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** By what: recordings of a real unit, or on paper. Absent where there is no hardware. */
  readonly confirmed?: string;
}

/** A device that is attached, ready to be put into a mapping. */
export interface DiscoveredDevice {
  readonly productName: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** What keeps it from being opened here, and the remedy; absent when nothing does. */
  readonly missing?: string;
}

/** A product that is known, and not supported. */
export interface UnsupportedDevice {
  readonly productName: string;
  /** Why, for the end of a sentence. */
  readonly why: string;
}

/** What a driver is given to open one device. */
export interface OpenRequest<Settings> {
  readonly settings: Settings;
  readonly named: readonly ControlId[];
  /** How the dialect of the link is carried; without it, messages are lines and nobody is told that all places are taken. */
  readonly dialect?: DialectTransport;
  readonly host: DeviceHost;
  readonly signal: AbortSignal;
}

/** A device has a panel face, a link face, or both. */
export interface OpenDevice {
  /** For people, for example `Stream Deck XL` or `udp://127.0.0.1:9000`. */
  readonly productName: string;
  readonly panel?: OpenPanel;
  readonly link?: OpenLink;
  /** Blanks what it can and lets go of the hardware; may be called twice. */
  close(): Promise<void>;
}

/** The controls of an open device, and how they are shown. */
export interface OpenPanel {
  readonly controls: readonly ControlDescription[];
  /** Resolves when the device has taken the frame; rejects when it could not, which means lost. */
  show(control: ControlId, frame: Frame, signal: AbortSignal): Promise<void>;
  /**
   * Everything is about to be drawn again: sets anew what the device keeps by itself and may have lost, such as its
   * brightness. Rejects when the device could not, which means lost.
   */
  refresh?(): Promise<void>;
  /**
   * The mapping was edited and binds these controls now; `controls` must say so afterwards.
   * Only for kinds whose controls are free names; without it such a device is opened anew.
   */
  rename?(named: readonly ControlId[]): void;
}

/** The messages of an open device. */
export interface OpenLink {
  /** To one peer, or to the targets that the settings name. Never throws for a peer that has gone. */
  send(message: LinkMessage, to: PeerId | "targets"): void;
  /**
   * A passcode is one line that ends with CR or LF; commands may end otherwise, so that they are cut in another way.
   * Only for kinds whose lines do not always end alike.
   */
  listenFor?(peer: PeerId, what: "passcode" | "commands"): void;
  /** The same machine at another port, for peers that listen where they do not speak. */
  redirect?(peer: PeerId, port: number): PeerId;
}

/** Why a device could not be opened. */
export interface OpenFailure {
  readonly reason: "not-found" | "in-use" | "not-permitted" | "unsupported" | "failed";
  /** What happened and what a person can do, in one or two sentences. */
  readonly message: string;
}

/** What the host lends an open device. */
export interface DeviceHost {
  readonly clock: Clock;
  readonly log: Log;
  /** A touch. `from` only where the touch came over a network or a wire shared by several. */
  emit(event: ControlEvent, from?: Peer): void;
  /** A request on a link. */
  request(message: LinkMessage, from: Peer, stroke: Stroke): void;
  /** Whether this address may speak at all; ask before work is done for it. */
  admits(address: string): boolean;
  /** Whether the mapping names this very address: its place is kept. Without this word it names none. */
  names?(address: string): boolean;
  /** Whether a peer needs no passcode, or has given it; without this word everybody is known. */
  knows?(peer: Peer): boolean;
  /**
   * Whether a peer that sends datagrams may be told more than it said, since its address may be forged; without this word
   * everybody may.
   */
  vouchesFor?(peer: Peer): boolean;
  /** A peer of a stream has come, before its first request: it may be greeted. */
  joined(peer: Peer): void;
  /** Instead of `joined`: a peer of a process before, whose connection was kept. False where it must connect anew. */
  revived?(peer: Peer, standing: string): boolean;
  /** What `revived` needs, from now on; what is told to the peer before it returns is part of it. Nothing where it cannot be kept. */
  standing?(peer: PeerId): string | undefined;
  /** A peer of a stream has gone. */
  parted(peer: PeerId): void;
  /** Resolves when all that a peer has asked for is answered; without this word at once. */
  answered?(peer: PeerId): Promise<void>;
  /** What is odd at the moment and no loss, as a sentence for `status`; without one it is over. Logged when it changes. */
  noticed?(what?: string): void;
  /** Something was unreadable, oversized or not admitted: counted, and logged once a minute and source. */
  dropped(reason: string, from?: Peer): void;
  /** Raw traffic for recordings; `channel` tells several peers apart. */
  traced(direction: "in" | "out", bytes: Uint8Array, channel: string): void;
  /** Once: the device is gone. The host closes it and opens it again later. */
  lost(reason: string): void;
}

/** Plays what was recorded into an open device. */
export interface RecordingPlayer {
  play(bytes: Uint8Array, channel: string): Promise<void>;
  /** Raw bytes that the device sent back, oldest first. */
  readonly answers: readonly Uint8Array[];
  close(): Promise<void>;
}
