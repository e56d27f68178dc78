import { expect, test } from "vitest";
import type { ControlInput } from "../../src/driver/contract.ts";
import { DOWN, startDrivenPanel, UP } from "./driven-panel.ts";

const HOUR_MS = 3_600_000;
const KEY_SWITCH: ControlInput = { shape: "button", contact: "maintained" };
const WHILE_CLOSED = { press: "start", release: "stop" };

interface Kind {
  readonly what: string;
  readonly input?: ControlInput;
  readonly binding?: Readonly<Record<string, unknown>>;
  readonly device?: Readonly<Record<string, unknown>>;
}

const maintained: readonly Kind[] = [
  { what: "by its description", input: KEY_SWITCH },
  { what: "by the mapping's word on the control", binding: { contact: "maintained" } },
  { what: "by the mapping's word on the device", device: { contact: "maintained" } },
  {
    what: "on a device of buttons, by the mapping",
    binding: { contact: "maintained" },
    device: { contact: "momentary" },
  },
];

test.each(maintained)(
  "a contact that is maintained $what is never stuck, and its release counts",
  async (kind) => {
    const { what: _, binding, ...settings } = kind;
    const panel = await startDrivenPanel({ ...settings, binding: { ...WHILE_CLOSED, ...binding } });
    await panel.play([DOWN, 10_000]);
    expect(panel.recording()).toBe("recording");
    await panel.play([HOUR_MS]);
    expect(panel.stuck()).toBe(0);
    await panel.play([UP]);
    expect(panel.outcomes()).toEqual(["done", "done"]);
    expect(panel.recording()).toBe("idle");
  },
  60_000,
);

const momentary: readonly Kind[] = [
  { what: "by default" },
  { what: "by the mapping", input: KEY_SWITCH, binding: { contact: "momentary" } },
];

test.each(momentary)("a button that is momentary $what is stuck after thirty seconds", async (kind) => {
  const { what: _, binding, ...settings } = kind;
  const panel = await startDrivenPanel({ ...settings, binding: { ...WHILE_CLOSED, ...binding } });
  await panel.play([DOWN, 28_000]);
  expect(panel.stuck()).toBe(0);
  await panel.play([1000, UP]);
  expect(panel.stuck()).toBe(1);
  expect(panel.outcomes()).toEqual(["done"]);
});

test("a key switch that was on before the bridge starts nothing, and turning it off counts", async () => {
  const panel = await startDrivenPanel({ input: KEY_SWITCH, binding: WHILE_CLOSED, held: "held" });
  panel.somebodyElse("start");
  await panel.play([HOUR_MS]);
  expect(panel.outcomes()).toEqual([]);
  await panel.play([UP]);
  expect(panel.outcomes()).toEqual(["done"]);
  expect(panel.recording()).toBe("idle");
  await panel.play([5000, DOWN]);
  expect(panel.recording()).toBe("recording");
}, 60_000);

test("a button that was down before the bridge says nothing when it comes up", async () => {
  const panel = await startDrivenPanel({ binding: WHILE_CLOSED, held: "held" });
  panel.somebodyElse("start");
  await panel.play([5000, UP]);
  expect(panel.outcomes()).toEqual([]);
});

test("what is taken back while it is down has no release, on a maintained contact as on a button", async () => {
  const panel = await startDrivenPanel({ input: KEY_SWITCH, binding: WHILE_CLOSED });
  await panel.play([DOWN, 1000, { kind: "held" }, UP]);
  expect(panel.outcomes()).toEqual(["done"]);
  await panel.play([DOWN, UP]);
  expect(panel.recording()).toBe("idle");
});
