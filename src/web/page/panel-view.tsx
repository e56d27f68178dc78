import type { VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { tellControl } from "./control-words.ts";
import { Control } from "./controls.tsx";
import { useField } from "./field.ts";
import type { ControlInfo, DeviceInfo } from "./protocol.ts";
import { Technical } from "./reason.tsx";
import { bindingsOf, greeting, roomLabels, roomStates } from "./state.ts";
import { useNow, writeAge } from "./time.tsx";
import { say, translate } from "./words.ts";

/**
 * A panel laid out like the device: keys as a grid, then window, strip, dials; anything else as a row of lamps. One that is
 * not there is drawn as its mapping has it, with what its keys would do.
 */
export function PanelView({
  device,
  isPicture = false,
}: {
  readonly device: DeviceInfo;
  /** Nothing stands behind it that could be pressed. */
  readonly isPicture?: boolean;
}) {
  const isOpen = device.state === "open";
  const mayPress = useField(greeting)?.mayPress === true && isOpen && !isPicture;
  const bindings = useField(bindingsOf(device.id));
  const states = useField(roomStates);
  const labels = useField(roomLabels);
  const byControl = useMemo(() => new Map(bindings.map((one) => [one.control, one])), [bindings]);
  const drawn = useRef(new Map<string, { readonly signature: string; readonly vnode: VNode }>());
  // A control that is the same as before is not even compared: panels tick in their pictures, not here.
  const show = (control: ControlInfo) => {
    const binding = byControl.get(control.id);
    const words = tellControl(control, binding, { states, labels });
    const holdMs = binding?.holdMs ?? USUAL_HOLD_MS;
    const isUsed = binding?.isUsed !== false;
    const meant = binding?.isUsed === true ? (binding.gestures[0]?.does ?? words.does[0]) : "";
    const planned = isOpen ? undefined : meant;
    const props = { control, words, holdMs, mayPress, isUsed, planned };
    const signature = JSON.stringify(props);
    const known = drawn.current.get(control.id);
    if (known?.signature === signature) return known.vnode;
    const vnode = <Control key={control.id} device={device.id} {...props} />;
    drawn.current.set(control.id, { signature, vnode });
    return vnode;
  };
  const of = (area: ControlInfo["area"]) => device.controls.filter((control) => control.area === area);
  const [keys, pedals, strip, dials] = [of("keys"), of("pedals"), of("strip"), of("dials")];
  const [sensors, window, others] = [of("sensors"), of("window"), of("nowhere")];
  return (
    <>
      <fieldset
        class="deck"
        data-state={device.state}
        data-old={say("OLD PICTURE")}
        style={{
          "--columns": columnsOf(keys.length > 0 ? keys : [...dials, ...pedals]),
          ...measure(device.controls),
        }}
        aria-label={say("Panel {name}", { name: device.id })}
        onKeyDown={moveFocus}
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
      {mayPress && (
        <p class="deck-hint">{say("Keyboard: Enter taps, H holds, arrows go to the next key.")}</p>
      )}
    </>
  );
}

const USUAL_HOLD_MS = 1000;

/** How wide a panel is, in keys. */
export function columnsOf(controls: readonly ControlInfo[]): number {
  return Math.max(1, ...controls.map(({ column }) => column + 1));
}

/** For style sheets: width of a panel by its height, both without gaps, and how many rows have a gap between them. */
function measure(controls: readonly ControlInfo[]): Readonly<Record<"--ratio" | "--rows", string>> {
  const of = (area: ControlInfo["area"]) => controls.filter((control) => control.area === area);
  const [keys, strip, [window]] = [of("keys"), of("strip"), of("window")];
  const shapeOf = ({ widthPx, heightPx }: ControlInfo) => (widthPx > 0 ? heightPx / widthPx : 1);
  const pedals = of("pedals").length;
  const columns = keys.length > 0 ? columnsOf(keys) : Math.max(pedals, of("dials").length, 1);
  const rows = Math.max(0, ...keys.map(({ row }) => row + 1));
  const heights = [
    rows * shapeOf(keys[0] ?? UNKNOWN_SHAPE),
    pedals > 0 ? 4 / 3 : 0,
    strip[0] === undefined ? 0 : (columns / strip.length) * shapeOf(strip[0]),
    window === undefined ? 0 : columns * 0.6 * shapeOf(window),
    of("dials").length > 0 ? 0.1 * columns + 0.2 : 0,
    Math.ceil(of("nowhere").length / 4) * 0.5,
  ];
  const parts = heights.filter((height) => height > 0);
  const height = parts.reduce((sum, part) => sum + part, 0);
  return { "--ratio": (columns / height).toFixed(3), "--rows": String(parts.length + Math.max(0, rows - 1)) };
}

const UNKNOWN_SHAPE = { widthPx: 1, heightPx: 1 } as ControlInfo;

/** Arrows go to the nearest key in their direction; dials and strips use them for themselves. */
function moveFocus(event: KeyboardEvent): void {
  const direction = DIRECTIONS[event.key];
  const { target, currentTarget } = event;
  if (direction === undefined || event.defaultPrevented) return;
  if (!(target instanceof HTMLElement) || !(currentTarget instanceof HTMLElement)) return;
  if (!target.matches("button.control")) return;
  const from = centreOf(target);
  const [dx, dy] = direction;
  const costs = [...currentTarget.querySelectorAll<HTMLElement>("button.control")].flatMap((key) => {
    const to = centreOf(key);
    const along = (to.x - from.x) * dx + (to.y - from.y) * dy;
    const across = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
    return along > 1 ? [{ key, cost: along + 3 * across }] : [];
  });
  event.preventDefault();
  costs.sort((one, other) => one.cost - other.cost)[0]?.key.focus();
}

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function centreOf(element: HTMLElement): { readonly x: number; readonly y: number } {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}

/** Why a device shows nothing, since when, and what to do. */
export function NotThere({ device }: { readonly device: DeviceInfo }) {
  const nowMs = useNow(1000);
  if (device.state === "opening") return <p class="not-there">{say("Being opened …")}</p>;
  return (
    <div class="not-there" role="status">
      <b>{say("Not there.")}</b> {translate(device.remedy)}{" "}
      <span aria-hidden="true">{say("For {age}.", { age: writeAge(nowMs - device.sinceAtMs) })}</span>{" "}
      <Technical text={device.why} />
    </div>
  );
}
