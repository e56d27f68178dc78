import type { Sayable } from "../../language/told.ts";
import { useField } from "./field.ts";
import { roomLabels } from "./state.ts";
import { isPhrase, tell, translate } from "./words.ts";

/** What the bridge tells. What is no phrase was told by the server or the machine, and stays English. */
export function Said({ text }: { readonly text: Sayable }) {
  const labels = useField(roomLabels);
  if (typeof text !== "string" || isPhrase(text)) return <>{tell(text, labels)}</>;
  return <span lang="en">{text}</span>;
}

/** Why something is so: in few words of the site's language, with the sentence of the server or the machine behind them. */
export function Reason(props: { readonly brief?: string | undefined; readonly text: string }) {
  const { brief = "", text } = props;
  if (brief === "" || brief === text || isPhrase(text)) return <Said text={text} />;
  return (
    <>
      <Said text={brief} /> <small lang="en">({text})</small>
    </>
  );
}

/** For the beginning of a line. */
export function capital(phrase: string): string {
  const said = translate(phrase);
  return said.slice(0, 1).toUpperCase() + said.slice(1);
}
