import { markColors } from "./action/action.ts";
import { defaultRecordingName, namePlaceholders } from "./action/recording-name.ts";
import type { DeviceKind } from "./driver/contract.ts";
import { colorConventions, colors, icons, lookConditions } from "./feedback/look.ts";
import { lookPresets } from "./feedback/presets.ts";
import { lookPlaceholders, pushPlaceholders } from "./feedback/words.ts";
import type { MappingWorld } from "./mapping/mapping.ts";

/** Joins the vocabulary of all stages into what a mapping is read against. */
export function assembleWorld(kinds: readonly DeviceKind[]): MappingWorld {
  return {
    kinds,
    lookPresets,
    lookConditions,
    lookPlaceholders,
    namePlaceholders,
    pushPlaceholders,
    colorNames: Object.keys(colors) as [keyof typeof colors],
    iconNames: icons,
    colorConventions,
    markColors,
    defaultRecordingName,
  };
}
