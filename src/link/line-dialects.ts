import type { LineDialectName } from "../driver/link.ts";
import type { LineDialect, LineDialectTools } from "./line-dialect.ts";
import { createNativeDialect } from "./native-dialect/native-dialect.ts";
import { createPanoptoDialect } from "./panopto-dialect.ts";
import { createSilentDialect } from "./silent-dialect.ts";
import { createSmpDialect } from "./smp-dialect/smp-dialect.ts";

const dialects: Readonly<Record<LineDialectName, (tools: LineDialectTools) => LineDialect>> = {
  native: createNativeDialect,
  smp: createSmpDialect,
  panopto: createPanoptoDialect,
  none: createSilentDialect,
};

export function createLineDialect(tools: LineDialectTools): LineDialect {
  return dialects[tools.settings.dialect](tools);
}
