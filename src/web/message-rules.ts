import type { RateLimit } from "../base/rate-limiter.ts";
import type { Right } from "../bridge/console-source.ts";
import type { Edits } from "./page/editing.ts";
import type { ToBridge } from "./page/messages.ts";

/** What a session must be allowed for a message to be heard, and how often it is heard. */
interface MessageRule {
  readonly right: Right;
  /** Of all sessions together. */
  readonly limit?: RateLimit;
}

/** Every message of a page. The table in the README says the same. */
export const MESSAGE_RULES = {
  watch: { right: "view" },
  follow: { right: "view" },
  mapping: { right: "view" },
  pages: { right: "view", limit: { perSecond: 5, burst: 40 } },
  schedule: { right: "view", limit: { perSecond: 1, burst: 5 } },
  history: { right: "view", limit: { perSecond: 0.2, burst: 5 } },
  touch: { right: "press" },
  act: { right: "press", limit: { perSecond: 5, burst: 20 } },
  "panel-test": { right: "press", limit: { perSecond: 1, burst: 5 } },
  learn: { right: "press", limit: { perSecond: 1, burst: 5 } },
  settle: { right: "press" },
  reload: { right: "press", limit: { perSecond: 0.5, burst: 5 } },
  "kiosk-make": { right: "press", limit: { perSecond: 1, burst: 5 } },
  "kiosk-revoke": { right: "press", limit: { perSecond: 1, burst: 20 } },
  simulate: { right: "press", limit: { perSecond: 20, burst: 40 } },
} as const satisfies Readonly<Record<ToBridge["type"], MessageRule>>;

/** Of one session, whatever it says; one that says more is ended. */
export const SESSION_LIMIT: RateLimit = { perSecond: 200, burst: 400 };

/** How often each session may ask for something about the mapping that it edits. The table in the README says the same. */
export const EDIT_LIMITS = {
  files: { perSecond: 1, burst: 10 },
  check: { perSecond: 2, burst: 10 },
  preview: { perSecond: 2, burst: 10 },
  try: { perSecond: 0.2, burst: 5 },
  "take-back": { perSecond: 0.5, burst: 5 },
  save: { perSecond: 0.2, burst: 5 },
  schema: { perSecond: 0.2, burst: 5 },
} as const satisfies Readonly<Record<keyof Edits | "schema", RateLimit>>;
