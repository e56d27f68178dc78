import type { Sayable } from "../../language/told.ts";
import { useField } from "./field.ts";
import { roomLabels } from "./state.ts";
import { isPhrase, locale, say, tell, translate } from "./words.ts";

/** What the bridge tells. What is no phrase was told by the server or the machine, and stays English. */
export function Said({ text }: { readonly text: Sayable }) {
  const labels = useField(roomLabels);
  if (typeof text !== "string" || isPhrase(text)) return <>{tell(text, labels)}</>;
  return <span lang="en">{text}</span>;
}

/** Why something is so: in few words of the site's language; what the server or the machine said stands apart. */
export function Reason(props: { readonly brief?: string | undefined; readonly text: string }) {
  const { brief = "", text } = props;
  if (brief === text || isPhrase(text)) return <Said text={text} />;
  if (brief === "" && locale.startsWith("en")) return <Said text={text} />;
  return (
    <>
      {brief !== "" && <Said text={brief} />} <Technical text={text} />
    </>
  );
}

/** What the server or the machine said, in English: shown when somebody asks for it. */
export function Technical({ text }: { readonly text: string }) {
  if (text === "") return null;
  return (
    <details class="technical">
      <summary>{say("Technical reason")}</summary>
      <span lang="en">{text}</span>
    </details>
  );
}

/** For the beginning of a line. */
export function capital(phrase: string): string {
  const said = translate(phrase);
  return said.slice(0, 1).toUpperCase() + said.slice(1);
}
