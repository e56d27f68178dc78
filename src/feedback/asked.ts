import type { Asked } from "../gesture/deliberation.ts";
import type { Language } from "../language/language.ts";
import type { Phrase } from "../language/phrases.ts";

/** What a key says while something has to come before its action is done; `word` is the action in one word. */
export function tellAsked(asked: Asked, word: Phrase | undefined, { say }: Language): string {
  const action = word === undefined ? "" : say(word);
  if (asked.kind === "press-again") return say("{action}: press again", { action });
  if (asked.kind === "called-off") return say("Called off");
  if (asked.kind === "hold-too") return say("Hold {control} too", { control: asked.control });
  return say("{action} in {seconds} s", { action, seconds: asked.leftSeconds });
}
