import type {
  Clock,
  ControlEvent,
  ControlId,
  ControlInput,
  ControlPlace,
} from "../../../src/driver/contract.ts";
import type { HidHandle } from "../../../src/driver/hid/handle.ts";

/**
 * Where reports come from and go to: hidraw through node-hid, evdev, or a fake. The lowest seam: tests and
 * recordings replace this and nothing above it.
 */
export interface ReportSource {
  /** Lists what is attached and opens nothing; throws when the operating system's side cannot be used. */
  list(): Promise<readonly FoundUnit[]>;
  /** What is attached too and was left out of the list, with the reason as `lacks`; for messages. */
  leftOut?(): Promise<readonly FoundUnit[]>;
  /** Throws in the operating system's words. */
  open(unit: FoundUnit): Promise<ReportHandle>;
}

/** A device that is attached. What is unknown is undefined. */
export interface FoundUnit {
  /** Where it can be opened: a device file on Linux. */
  readonly path: string;
  readonly productName: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber: string | undefined;
  readonly release: number | undefined;
  readonly interface: number | undefined;
  readonly usagePage: number | undefined;
  readonly usage: number | undefined;
  /** The USB port that it is plugged into, as the kernel names it: `1-1.4`. Linux only. */
  readonly port: string | undefined;
  /** It has letters, Shift and Control: people type on it, or it is a reader that takes itself for a keyboard. */
  readonly isKeyboard?: true;
  /** Why the rules of a profile cannot read it. */
  readonly lacks?: string;
}

/** One opened device. */
export interface ReportHandle extends HidHandle {
  /** What it tells about itself, for its decoder: a report descriptor, or the keys that are down. */
  introduce?(): Promise<Uint8Array | undefined>;
}

/** A control as far as its input is concerned; a lamp of the same id becomes its output. */
export interface InputControl {
  readonly id: ControlId;
  readonly label: string;
  readonly input: ControlInput;
  readonly place: ControlPlace;
}

/** Reads reports into events, by difference to the report before. Never throws, whatever the bytes. */
export interface Decoder {
  readonly controls: readonly InputControl[];
  decode(report: Uint8Array): readonly ControlEvent[];
  /** Whether a report equal to the one before it never tells anything, and need not be decoded. */
  readonly isStateOnly?: boolean;
  /** What people set on this unit, once a report has told. */
  unitId?(): number | undefined;
}

/** What a decoder asks and tells. */
export interface DecoderTools {
  /** Whether a first report that comes now tells what was held before, rather than what was touched since. */
  tellsHeld(): boolean;
  dropped(reason: string): void;
  /** For what only time tells, such as the end of a number that was typed. */
  readonly clock?: Clock;
  /** For events that no report brings. */
  emit?(event: ControlEvent): void;
}
