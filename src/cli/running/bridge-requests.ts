import { z } from "zod";
import { systemClock } from "../../base/clock.ts";
import { deviceId } from "../../base/identifiers.ts";
import type { Kiosks } from "../../bridge/kiosks.ts";
import type { BridgeRequests } from "../places/status-socket.ts";
import { LEARN_REQUEST, Lessons } from "./lessons.ts";
import type { RunningBridge } from "./start-bridge.ts";

export const SETTLE_REQUEST = "/marks/settle";
export const KIOSK_REQUEST = "/kiosks";

/** What `kiosk` asks of a running bridge. */
const kioskRequestSchema = z.discriminatedUnion("do", [
  z.object({ do: z.literal("list") }),
  z.object({ do: z.literal("add"), panel: z.string().transform(deviceId), right: z.enum(["view", "press"]) }),
  z.object({ do: z.literal("revoke"), id: z.string() }),
]);
export type KioskRequest = z.output<typeof kioskRequestSchema>;

const kioskSchema = z.object({
  id: z.string(),
  panel: z.string(),
  right: z.enum(["view", "press"]),
  madeWallMs: z.number(),
});
/** `failure` is a sentence, and then there is nothing else. */
export const kioskAnswerSchema = z.object({
  failure: z.string().optional(),
  kiosks: z.array(kioskSchema).optional(),
  key: z.string().optional(),
  /** Where tablets reach the console. */
  console: z.string().optional(),
});
type KioskAnswer = z.output<typeof kioskAnswerSchema>;

interface RequestParts {
  running(): RunningBridge;
  readonly kiosks: Kiosks;
  consoleUrl(): string | undefined;
}

/** All that commands on this machine may ask of a running bridge beside its status. */
export function bridgeRequests({ running, kiosks, consoleUrl }: RequestParts): BridgeRequests {
  const lessons = new Lessons(systemClock, () => running().bridge);
  return {
    [LEARN_REQUEST]: (sent) => lessons.answer(sent),
    [SETTLE_REQUEST]: (sent) => {
      const { id, by } = sent as { id?: unknown; by?: unknown };
      return { isSettled: running().bridge.settleMark(String(id), String(by)) };
    },
    [KIOSK_REQUEST]: async (sent) => {
      const request = kioskRequestSchema.parse(sent);
      const isKnown = (panel: string) =>
        running()
          .bridge.status()
          .devices.some(({ id }) => id === panel);
      if (request.do === "add" && !isKnown(request.panel))
        return { failure: `the mapping has no device ${request.panel}` };
      return { ...(await answerKiosk(request, kiosks)), console: consoleUrl() };
    },
  };
}

/** The same whether a bridge runs or not. */
export async function answerKiosk(request: KioskRequest, kiosks: Kiosks): Promise<KioskAnswer> {
  switch (request.do) {
    case "list":
      return { kiosks: [...kiosks.list()] };
    case "add": {
      const made = await kiosks.make(request.panel, request.right);
      return made.ok ? { key: made.value.key, kiosks: [made.value.kiosk] } : { failure: made.failure };
    }
    case "revoke": {
      const revoked = await kiosks.revoke(request.id);
      return revoked.ok ? {} : { failure: revoked.failure };
    }
  }
}
