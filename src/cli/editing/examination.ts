import type { DeviceId } from "../../base/identifiers.ts";
import type { Checked, Previewed, PreviewedStatus } from "../../bridge/mapping-editor.ts";
import type { ControlDescription } from "../../driver/control.ts";
import type { EditedTexts } from "../../mapping/source/open.ts";

/** A mapping file with texts in the place of what is on the disk. */
interface EditedMapping {
  readonly file: string;
  readonly edited: EditedTexts;
}

/** What the thread that examines mappings is asked, and what it answers. */
export interface Examinations {
  readonly check: { readonly question: EditedMapping; readonly answer: Checked };
  readonly preview: {
    readonly question: EditedMapping & {
      readonly device: DeviceId;
      readonly controls: readonly ControlDescription[] | undefined;
      readonly status: PreviewedStatus;
    };
    readonly answer: Previewed | undefined;
  };
  readonly schema: { readonly question: undefined; readonly answer: string };
}

export type ExaminationName = keyof Examinations;

export interface Asked {
  readonly id: number;
  readonly what: ExaminationName;
  readonly question: unknown;
}

export type Answered =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: string };
