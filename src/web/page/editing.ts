import type { ControlInfo, LampInfo, ProblemInfo } from "./protocol.ts";

/** What the editor of the mapping asks over HTTP, below `./edit/`, and what it is answered; texts are up to 1 MB long. */

/** A file of the mapping; its name is empty for the mapping itself. */
export interface EditedFile {
  readonly name: string;
  readonly text: string;
  /** Of the text from which the edit began. */
  readonly sum: string;
}

/** A file as it is on the disk. */
export interface FileInfo extends EditedFile {
  /** It holds what the console does not show, and is edited elsewhere. */
  readonly isHidden: boolean;
}

/** How every room is in a preview. */
export const PREVIEWED = ["available", "recording", "paused", "locked", "prepared", "unknown"] as const;
export type Previewed = (typeof PREVIEWED)[number];

/** What each question says and is answered. A failure is a sentence. */
export interface Edits {
  readonly files: {
    readonly question: Record<never, never>;
    readonly answer: { readonly files: readonly FileInfo[] };
  };
  readonly check: {
    readonly question: { readonly files: readonly EditedFile[] };
    readonly answer: {
      readonly problems: readonly ProblemInfo[];
      readonly advice: readonly string[];
      readonly isSound: boolean;
      readonly devices: readonly string[];
    };
  };
  readonly preview: {
    readonly question: {
      readonly files: readonly EditedFile[];
      readonly device: string;
      readonly status: Previewed;
    };
    readonly answer: {
      readonly controls: readonly ControlInfo[];
      readonly lamps: readonly LampInfo[];
      /** PNG as base64. */
      readonly pictures: readonly { readonly control: string; readonly png: string }[];
    };
  };
  readonly try: {
    readonly question: { readonly files: readonly EditedFile[]; readonly minutes: number };
    readonly answer: EditResult;
  };
  readonly "take-back": { readonly question: Record<never, never>; readonly answer: EditResult };
  readonly save: {
    readonly question: { readonly files: readonly EditedFile[] };
    readonly answer: EditResult;
  };
}

/** How a try or a save ended. */
export interface EditResult {
  readonly kind: "done" | "has-errors" | "changed" | "moves-server" | "failed";
  readonly problems?: readonly ProblemInfo[];
  /** Those that are other ones on the disk by now. */
  readonly files?: readonly FileInfo[];
  readonly why?: string;
}
