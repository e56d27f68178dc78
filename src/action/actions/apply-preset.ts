import { z } from "zod";
import type { Action } from "../action.ts";
import type { ActionKind } from "../action-kind.ts";

type ApplyPresetAction = Extract<Action, { kind: "apply-preset" }>;

interface PresetKeys {
  readonly "apply-preset": string;
  readonly camera?: number;
}

export const applyPreset: ActionKind<ApplyPresetAction, "apply-preset"> = {
  word: "apply-preset",
  needs: ["apply-preset"],
  turn: "at-once",
  look: "tally",
  mapping: {
    keys: () => ({
      "apply-preset": z.string().min(1).optional().describe("Id of the camera preset to move to."),
      camera: z.int().positive().optional().describe("Camera id that the preset belongs to."),
    }),
    beside: {
      camera: {
        alone: "a camera goes with apply-preset only",
        missing: "apply-preset needs the camera's id beside it",
      },
    },
    read: ({ "apply-preset": preset, camera = 0 }: PresetKeys) => ({ kind: "apply-preset", preset, camera }),
    write: ({ preset, camera }) => ({ "apply-preset": preset, camera }),
    texts: ({ "apply-preset": text }: PresetKeys) => [{ path: ["apply-preset"], text, words: [] }],
  },
  fill: (action, fill) => ({ ...action, preset: fill(action.preset) }),
  run: ({ camera, preset }, { call }) => call((valt, limits) => valt.applyPreset({ camera, preset }, limits)),
  tells: "apply preset {preset} in {room}",
  tellsBriefly: "apply a preset in {room}",
};
