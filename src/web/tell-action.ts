import type { ActionKind } from "../action/action-kind.ts";
import { fillPlaceholders } from "../base/placeholders.ts";
import type { Language } from "../language/language.ts";

type Telling = Pick<ActionKind, "tells" | "tellsBriefly">;

/** What an action does in a room, in the language of the site. */
export function tellAction(
  { tells }: Telling,
  action: object,
  { room, language }: { readonly room: string; readonly language: Language },
): string {
  return fillPlaceholders(language.translate(tells), { ...action, room });
}

/** The same where only its word and its room are known. */
export function tellBriefly(
  { tells, tellsBriefly = tells }: Telling,
  { room, language }: { readonly room: string; readonly language: Language },
): string {
  return fillPlaceholders(language.translate(tellsBriefly), { room });
}
