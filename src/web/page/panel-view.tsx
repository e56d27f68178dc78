import type { VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { nameControl } from "./control-words.ts";
import { Control } from "./controls.tsx";
import { useField } from "./field.ts";
import type { ControlInfo, DeviceInfo } from "./protocol.ts";
import { bindingsOf, greeting, roomStates } from "./state.ts";
import { useNow, writeAge } from "./time.tsx";

/** A panel laid out like the device: keys as a grid, then window, strip, dials; anything else as a row of lamps. */
export function PanelView({ device }: { readonly device: DeviceInfo }) {
  const mayPress = useField(greeting)?.mayPress === true && device.state === "open";
  const bindings = useField(bindingsOf(device.id));
  const states = useField(roomStates);
  const byControl = useMemo(() => new Map(bindings.map((one) => [one.control, one])), [bindings]);
  const drawn = useRef(new Map<string, { readonly signature: string; readonly vnode: VNode }>());
  // A control that is the same as before is not even compared: panels tick in their pictures, not here.
  const show = (control: ControlInfo) => {
    const binding = byControl.get(control.id);
    const name = nameControl(control, binding, states.get(binding?.room ?? ""));
    const holdMs = binding?.holdMs ?? USUAL_HOLD_MS;
    const signature = JSON.stringify([name, holdMs, mayPress, control]);
    const known = drawn.current.get(control.id);
    if (known?.signature === signature) return known.vnode;
    const vnode = <Control key={control.id} device={device.id} {...{ control, name, holdMs, mayPress }} />;
    drawn.current.set(control.id, { signature, vnode });
    return vnode;
  };
  const of = (area: ControlInfo["area"]) => device.controls.filter((control) => control.area === area);
  const [keys, pedals, strip, dials] = [of("keys"), of("pedals"), of("strip"), of("dials")];
  const [sensors, window, others] = [of("sensors"), of("window"), of("nowhere")];
  return (
    <fieldset
      class="deck"
      data-state={device.state}
      style={{ "--columns": columnsOf(keys.length > 0 ? keys : dials) }}
      aria-label={`Panel ${device.id}`}
    >
      {keys.length > 0 && <div class="keys">{keys.map(show)}</div>}
      {pedals.length > 0 && <div class="pedals">{pedals.map(show)}</div>}
      {(window.length > 0 || sensors.length > 0) && (
        <div class="window-row">
          {sensors.slice(0, 1).map(show)}
          {window.map(show)}
          {sensors.slice(1).map(show)}
        </div>
      )}
      {strip.length > 0 && <div class="strip">{strip.map(show)}</div>}
      {dials.length > 0 && <div class="dials">{dials.map(show)}</div>}
      {others.length > 0 && <div class="lamps">{others.map(show)}</div>}
    </fieldset>
  );
}

const USUAL_HOLD_MS = 1000;

/** How wide a panel is, in keys. */
export function columnsOf(controls: readonly ControlInfo[]): number {
  return Math.max(1, ...controls.map(({ column }) => column + 1));
}

/** Why a device shows nothing, and since when. */
export function NotThere({ device }: { readonly device: DeviceInfo }) {
  const nowMs = useNow(1000);
  if (device.state === "opening") return <p class="not-there">Being opened …</p>;
  return (
    <p class="not-there" role="status">
      <b>Not there.</b> {device.why} <span aria-hidden="true">For {writeAge(nowMs - device.sinceAtMs)}.</span>
    </p>
  );
}
