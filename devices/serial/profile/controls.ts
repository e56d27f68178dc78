import type { Path } from "../../../src/base/document/finding.ts";
import {
  type ControlDescription,
  type ControlInput,
  type ControlOutput,
  controlId,
  type Rgb,
} from "../../../src/driver/contract.ts";
import type { Compiler } from "./compiler.ts";
import type { ControlDocument, LampDocument } from "./document.ts";
import type { Bindings } from "./match.ts";
import type { Lamp, ProfileControl } from "./profile.ts";
import { compileSend, type Encode } from "./send.ts";

/** The ids of all controls, in their order. */
export function expandIds(controls: readonly ControlDocument[]): readonly string[] {
  return controls.flatMap((control) => numbersOf(control).map((n) => numbered(control.id, n)));
}

/** Every control that a profile describes, numbered ones one by one. */
export function compileControls(
  controls: readonly ControlDocument[],
  compiler: Compiler,
  end: string,
): readonly ProfileControl[] {
  return controls.flatMap((control, index) => {
    const path = ["controls", index];
    const lamp = control.lamp && compileLamp(control.lamp, { compiler, end, path: [...path, "lamp"] });
    const text = control.text && {
      columns: control.text.columns,
      encode: compileSend(control.text.send, { compiler, names: ["n", "text"], end }, [
        ...path,
        "text",
        "send",
      ]),
    };
    return numbersOf(control).map((n) => {
      const bound =
        (encode: Encode): Encode =>
        (bindings: Bindings) =>
          encode(new Map([...bindings, ["n", n]]));
      return {
        description: describe(control, n),
        lamp: lamp && { ...lamp, encode: bound(lamp.encode) },
        text: text && bound(text.encode),
      };
    });
  });
}

function numbersOf({ count, first }: ControlDocument): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

function numbered(text: string, n: number): string {
  return text.replaceAll("{n}", String(n));
}

function describe(control: ControlDocument, n: number): ControlDescription {
  const { columns, first } = control;
  const id = numbered(control.id, n);
  const place = (at: number) => ({ column: at % (columns ?? 1), row: Math.floor(at / (columns ?? 1)) });
  return {
    id: controlId(id),
    label: control.label === undefined ? id : numbered(control.label, n),
    input: control.input === "button" ? { shape: "button", contact: control.contact } : INPUTS[control.input],
    output: outputOf(control),
    place: columns === undefined ? { area: "nowhere" } : { area: "keys", ...place(n - first) },
  };
}

const INPUTS: Readonly<Record<Exclude<ControlDocument["input"], "button">, ControlInput>> = {
  encoder: { shape: "encoder", push: "none" },
  "encoder-with-push": { shape: "encoder", push: "button" },
  fader: { shape: "fader" },
  pulse: { shape: "pulse" },
  none: { shape: "none" },
};

function outputOf({ lamp, text }: ControlDocument): ControlOutput {
  if (text !== undefined) return { kind: "text", columns: text.columns };
  if (lamp === undefined) return { kind: "none" };
  const colors = typeof lamp.colors === "string" ? lamp.colors : paletteOf(lamp).map(({ rgb }) => rgb);
  return { kind: "lamp", colors, blink: blinks(lamp) ? "by-device" : "by-bridge" };
}

function blinks({ states }: LampDocument): boolean {
  return states.slow !== undefined && states.fast !== undefined;
}

function paletteOf({ colors }: LampDocument): Lamp["palette"] {
  if (typeof colors === "string") return [];
  return Object.entries(colors).map(([name, color]) => {
    const [red = 0, green = 0, blue = 0] = Buffer.from(color.slice(1), "hex");
    return { name, rgb: [red, green, blue] satisfies Rgb };
  });
}

function compileLamp(
  lamp: LampDocument,
  { compiler, end, path }: { compiler: Compiler; end: string; path: Path },
): Lamp {
  const { off, on, slow = on, fast = slow, double = fast } = lamp.states;
  const names = ["n", "state", ...(lamp.colors === "rgb" ? ["red", "green", "blue"] : [])];
  if (typeof lamp.colors === "object") names.push("color");
  return {
    states: { off, on, slow, fast, double },
    palette: paletteOf(lamp),
    encode: compileSend(lamp.send, { compiler, names, end }, [...path, "send"]),
  };
}
