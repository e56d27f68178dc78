import { fillPlaceholders } from "../base/placeholders.ts";
import type { Asked } from "../gesture/deliberation.ts";
import type { Language } from "../language/language.ts";
import type { Phrase } from "../language/phrases.ts";
import { formatDuration } from "./words.ts";

/** What a key says while something has to come before its action is done; `word` is the action in one word. */
export function tellAsked(asked: Asked, word: Phrase | undefined, { say }: Language): string {
  const action = word === undefined ? "" : say(word);
  if (asked.kind === "press-again") return say("{action}: press again", { action });
  if (asked.kind === "called-off") return say("Called off");
  if (asked.kind === "hold-too") return say("Hold {control} too", { control: asked.control });
  return say("{action} in {seconds} s", { action, seconds: asked.leftSeconds });
}

/** What a key says once its action is done; `atSeconds` is where a mark stands in its recording. */
export function tellDone(phrase: string, atSeconds: number | undefined, { translate }: Language): string {
  const elapsed = atSeconds === undefined ? "" : formatDuration(atSeconds);
  return fillPlaceholders(translate(phrase), { elapsed }).trim();
}
