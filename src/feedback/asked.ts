import { fillPlaceholders } from "../base/placeholders.ts";
import type { Asked } from "../gesture/deliberation.ts";
import type { Language } from "../language/language.ts";
import type { OfferWords } from "./invitation.ts";
import { formatDuration } from "./words.ts";

/** What a key says while something has to come before its action is done, and in its small line what a press does then. */
export function tellAsked(asked: Asked, offer: Partial<OfferWords> = {}, { say }: Language): AskedText {
  const { press, soon = "In {seconds} s", cancelled = "Cancelled" } = offer;
  if (asked.kind === "called-off") return { kind: "called-off", text: say(cancelled) };
  const kind = "asked";
  if (asked.kind === "press-again")
    return { kind, text: say("{action}: press again", { action: press === undefined ? "" : say(press) }) };
  if (asked.kind === "hold-too") return { kind, text: say("Hold {control} too", { control: asked.control }) };
  return { kind, text: say(soon, { seconds: asked.leftSeconds }), small: say("Press again: cancel") };
}

interface AskedText {
  readonly kind: "asked" | "called-off";
  readonly text: string;
  readonly small?: string;
}

/** What a key says once its action is done; `atSeconds` is where a mark stands in its recording. */
export function tellDone(phrase: string, atSeconds: number | undefined, { translate }: Language): string {
  const elapsed = atSeconds === undefined ? "" : formatDuration(atSeconds);
  return fillPlaceholders(translate(phrase), { elapsed }).trim();
}
