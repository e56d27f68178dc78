import type { RateLimit } from "../base/rate-limiter.ts";
import type { Right } from "../bridge/console-source.ts";
import type { ToBridge } from "./page/messages.ts";

/** What a session must be allowed for a message to be heard, and how often it is heard. */
interface MessageRule {
  readonly right: Right;
  /** For those who may not: "This session may look on but not …". */
  readonly deed: string;
  /** Of all sessions together. */
  readonly limit?: RateLimit;
}

/** Every message of a page. The table in the README says the same. */
export const MESSAGE_RULES = {
  watch: { right: "view", deed: "watch" },
  follow: { right: "view", deed: "follow" },
  mapping: { right: "view", deed: "read the mapping" },
  schedule: { right: "view", deed: "ask for schedules", limit: { perSecond: 1, burst: 5 } },
  touch: { right: "press", deed: "press" },
  settle: { right: "press", deed: "settle" },
  reload: { right: "press", deed: "reload", limit: { perSecond: 0.5, burst: 5 } },
  simulate: { right: "press", deed: "simulate", limit: { perSecond: 20, burst: 40 } },
} as const satisfies Readonly<Record<ToBridge["type"], MessageRule>>;

/** Of one session, whatever it says; one that says more is ended. */
export const SESSION_LIMIT: RateLimit = { perSecond: 200, burst: 400 };
