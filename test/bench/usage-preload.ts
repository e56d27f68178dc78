/** Loaded into the built program before its own modules, so that the benchmark can ask what the process uses. */
import { answerParent, readUsage } from "./answering.ts";

answerParent({ usage: readUsage });
