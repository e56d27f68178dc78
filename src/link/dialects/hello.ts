import { z } from "zod";

/** The setting of every dialect that greets. */
export const helloSetting = {
  hello: z
    .enum(["on", "off"])
    .optional()
    .describe("Whether a peer is greeted when it connects (default on)."),
};
