import { useField } from "../field.ts";
import { greeting } from "../state.ts";
import { say } from "../words.ts";
import { Page as Panel } from "./panel.tsx";

/** The one panel of a tablet's link. */
export function Page() {
  const panel = useField(greeting)?.kiosk;
  return panel === undefined ? <p class="waiting">{say("Asking the bridge …")}</p> : <Panel part={panel} />;
}
