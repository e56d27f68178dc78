import type { ControlId, DeviceId } from "../base/identifiers.ts";
import type { ControlDescription } from "../driver/control.ts";
import type { Frame } from "../driver/frame.ts";
import type { Problem } from "../mapping/problem.ts";
import type { EditedTexts } from "../mapping/source/open.ts";

/** A file of a mapping as it is on the disk. */
export interface MappingFile {
  /** As the mapping names it; empty for the mapping itself. */
  readonly name: string;
  readonly text: string;
  /** SHA-256 of the text, by which a change on the disk is noticed. */
  readonly sum: string;
}

/** How every room is in a preview. */
export type PreviewedStatus = "available" | "recording" | "paused" | "locked" | "prepared" | "unknown";

/** Who edits, for the journal. */
export interface EditorPerson {
  readonly id: string;
  /** Whether they may name another server: its account's password is sent there. */
  readonly mayMoveServer: boolean;
}

/** What is wrong with edited texts, as `check` says it. */
export interface Checked {
  readonly problems: readonly Problem[];
  /** What `check` advises beside, without a place. */
  readonly advice: readonly string[];
  readonly isSound: boolean;
  /** The devices that it names, when it is sound. */
  readonly devices: readonly string[];
  /** The files of which it is made as they were read, the mapping itself first; a file that is not there is missing. */
  readonly texts: EditedTexts;
  /** Files and pictures beside it that were looked for. */
  readonly beside: readonly string[];
}

/** A panel drawn by edited texts. */
export interface Previewed {
  readonly controls: readonly ControlDescription[];
  readonly frames: ReadonlyMap<ControlId, Frame>;
}

/** That too much is asked at once, or that it took too long: a sentence. */
export interface NotExamined {
  readonly failure: string;
}

/** How a try or a save ended. */
export type EditAnswer =
  | { readonly kind: "done" }
  /** The texts have errors. */
  | { readonly kind: "has-errors"; readonly problems: readonly Problem[] }
  /** These files are other ones on the disk by now. */
  | { readonly kind: "changed"; readonly files: readonly MappingFile[] }
  /** Whoever came without a token names another server. */
  | { readonly kind: "moves-server" }
  | { readonly kind: "failed"; readonly why: string };

/** A mapping that is tried: the file on the disk says something else. */
export interface Trial {
  readonly by: string;
  readonly untilWallMs: number;
}

/** Shortest and longest time for which a mapping is tried, in minutes. */
export const TRIAL_MINUTES = { least: 1, most: 30 } as const;

/** Edits the mapping of a running bridge. What takes time is done in a thread of its own. */
export interface MappingEditor {
  /** Those on the disk now, the mapping itself first; those that cannot be read are left out. */
  files(): Promise<readonly MappingFile[] | NotExamined>;
  check(texts: EditedTexts): Promise<Checked | NotExamined>;
  /** `undefined` where the device is not in it, or what it has is not known. */
  preview(
    texts: EditedTexts,
    device: DeviceId,
    status: PreviewedStatus,
  ): Promise<Previewed | undefined | NotExamined>;
  /** The JSON schema for completion, of every kind of device. */
  schema(): Promise<string | NotExamined>;
  /** The bridge runs on the texts until the time is over, somebody takes them back, or the file is edited. */
  try(texts: EditedTexts, minutes: number, person: EditorPerson): Promise<EditAnswer>;
  /** Ends a try. */
  takeBack(person: EditorPerson): Promise<EditAnswer>;
  /** Writes the files, each as a whole, and takes them over; `sum` is that of the text from which the edit began. */
  save(files: readonly MappingFile[], person: EditorPerson): Promise<EditAnswer>;
}
