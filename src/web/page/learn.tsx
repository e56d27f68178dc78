import { useEffect, useState } from "preact/hooks";
import { Choice } from "./activity-page.tsx";
import { follow, watch } from "./connection.tsx";
import { useField } from "./field.ts";
import type { BindingInfo } from "./protocol.ts";
import { bindingsOf, devices, lastTouch } from "./state.ts";

/** Touch a control and see its name; what every control of a device means, ready to be copied. */
export function Learn() {
  const all = useField(devices) ?? [];
  const [isLearning, setLearning] = useState(false);
  const [chosen, setChosen] = useState("");
  const touched = useField(lastTouch);
  useEffect(() => (isLearning ? follow("learn") : undefined), [isLearning]);
  useEffect(() => {
    if (isLearning && touched !== undefined) setChosen(touched.device);
  }, [isLearning, touched]);
  const panels = all.filter(({ face }) => face === "panel").map(({ id }) => id);
  return (
    <section class="card learn" aria-label="Controls">
      <header>
        <h2>Controls</h2>
        <button
          type="button"
          role="switch"
          aria-checked={isLearning}
          onClick={() => setLearning(!isLearning)}
        >
          Learn
        </button>
        <Choice
          label="Controls of"
          all="Choose a device"
          value={chosen}
          choose={setChosen}
          options={panels}
        />
      </header>
      {isLearning && (
        <p class="said" role="status">
          {touched === undefined
            ? "Touch any control on any panel."
            : `That was ${touched.control} on ${touched.device} (${touched.what}).`}
        </p>
      )}
      {chosen !== "" && (
        <Bindings key={chosen} device={chosen} touched={isLearning ? touched?.control : undefined} />
      )}
    </section>
  );
}

function Bindings({ device, touched }: { readonly device: string; readonly touched: string | undefined }) {
  const bindings = useField(bindingsOf(device));
  useEffect(() => watch(device), [device]);
  const shown = bindings.filter(({ control, gestures }) => gestures.length > 0 || control === touched);
  if (bindings.length === 0) return <p class="empty">{device} is not there.</p>;
  return (
    <ul class="bindings">
      {shown.map((binding) => (
        <Binding key={binding.control} binding={binding} isTouched={binding.control === touched} />
      ))}
      {shown.length === 0 && <li class="empty">Nothing is bound on the page that {device} shows.</li>}
    </ul>
  );
}

function Binding({ binding, isTouched }: { readonly binding: BindingInfo; readonly isTouched: boolean }) {
  const { control, gestures, snippet } = binding;
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(snippet).catch(() => undefined);
    setCopied(true);
  };
  const does = gestures.map(({ gesture, does: what }) => `${gesture}: ${what}`).join("; ");
  return (
    <li data-touched={isTouched}>
      <b>{control}</b>
      <span>{does === "" ? "not bound; to begin with:" : does}</span>
      <code>{snippet}</code>
      <button
        type="button"
        class="quiet"
        onClick={() => void copy()}
        aria-label={`Copy the binding of ${control}`}
      >
        {isCopied ? "Copied" : "Copy"}
      </button>
    </li>
  );
}
