import type { Cause, Outcome } from "../action/action.ts";
import type { Fact } from "../journal/fact.ts";
import type { Story, StoryStep, Verdict } from "./page/protocol.ts";

/** A story that may still go on. */
export interface Draft {
  readonly id: string;
  readonly wallMs: number;
  readonly kind: Story["kind"];
  readonly title: string;
  readonly device?: string;
  readonly source?: string;
  readonly peer?: string;
  readonly rooms: string[];
  readonly steps: StoryStep[];
  /** The touch, on the bridge's clock. */
  readonly startMs: number;
  /** Who it was, in words. */
  readonly by: string;
  verdict: Verdict;
  /** When the server was asked last. */
  askedMs?: number;
  /** Whether the server has confirmed it. */
  isSeen?: boolean;
  /** Whether the control has shown anything since. */
  isShown?: boolean;
}

/** Only a press so far: what it asks for, if anything, follows. */
export function beginDraft({ cause, atMs, wallMs }: Extract<Fact, { kind: "press" | "action" }>): Draft {
  const isRequest = cause.gesture === "request";
  const title = isRequest
    ? `${cause.device}: ${cause.source}`
    : `${cause.device}: ${cause.gesture} ${cause.source}`;
  const touched = isRequest ? `request ${cause.source}` : `${cause.gesture} on ${cause.source}`;
  return {
    id: cause.correlation,
    wallMs: wallMs - (atMs - cause.pressedAtMs),
    kind: isRequest ? "request" : "press",
    title,
    device: cause.device,
    source: cause.source,
    ...(cause.peer === undefined ? {} : { peer: cause.peer }),
    rooms: [],
    steps: [{ what: "touched", afterMs: 0, text: touched }],
    startMs: cause.pressedAtMs,
    by: describeWho(cause),
    verdict: "news",
  };
}

/** The story as it stands. */
export function finish(draft: Draft): Story {
  const { startMs, by, askedMs, isSeen, isShown, ...story } = draft;
  return { ...story, rooms: [...story.rooms], steps: [...story.steps] };
}

export function verdictOf(outcome: Outcome): Verdict {
  switch (outcome.kind) {
    case "done":
    case "already-so":
    case "waiting":
      return "done";
    case "refused":
      return "refused";
    case "failed":
    case "expired":
      return "failed";
  }
}

/** Of the actions of one press, the worst outcome is the press's. */
export function worse(one: Verdict, other: Verdict): Verdict {
  const order: readonly Verdict[] = ["news", "open", "done", "refused", "failed"];
  return order.indexOf(other) > order.indexOf(one) ? other : one;
}

function describeWho({ device, source, gesture, peer }: Cause): string {
  const where = gesture === "request" ? device : `${device}, ${source}`;
  return peer === undefined ? where : `${where}, ${peer}`;
}
