import type { RateLimit } from "../base/rate-limiter.ts";
import type { Right } from "../bridge/console-source.ts";
import type { ToBridge } from "./page/messages.ts";

/** What a session must be allowed for a message to be heard, and how often it is heard. */
interface MessageRule {
  readonly right: Right;
  /** For those who may not: "This session may look on but not …". */
  readonly action: string;
  /** Of all sessions together. */
  readonly limit?: RateLimit;
}

/** Every message of a page. The table in the README says the same. */
export const MESSAGE_RULES = {
  watch: { right: "view", action: "watch" },
  follow: { right: "view", action: "follow" },
  mapping: { right: "view", action: "read the mapping" },
  schedule: { right: "view", action: "ask for schedules", limit: { perSecond: 1, burst: 5 } },
  history: { right: "view", action: "read the journal", limit: { perSecond: 0.2, burst: 5 } },
  touch: { right: "press", action: "press" },
  act: { right: "press", action: "start, stop, pause or mark", limit: { perSecond: 5, burst: 20 } },
  settle: { right: "press", action: "settle" },
  reload: { right: "press", action: "reload", limit: { perSecond: 0.5, burst: 5 } },
  "kiosk-make": { right: "press", action: "make links", limit: { perSecond: 1, burst: 5 } },
  "kiosk-revoke": { right: "press", action: "revoke links", limit: { perSecond: 1, burst: 20 } },
  simulate: { right: "press", action: "simulate", limit: { perSecond: 20, burst: 40 } },
} as const satisfies Readonly<Record<ToBridge["type"], MessageRule>>;

/** Of one session, whatever it says; one that says more is ended. */
export const SESSION_LIMIT: RateLimit = { perSecond: 200, burst: 400 };
