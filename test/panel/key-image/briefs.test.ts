import { beforeAll, expect, test } from "vitest";
import { failureBriefs, refusalBriefs } from "../../../src/action/action.ts";
import { alarmKinds, describeAlarm } from "../../../src/alarm/alarm.ts";
import type { MeasureEm } from "../../../src/panel/key-image/fit-text.ts";
import { layOut } from "../../../src/panel/key-image/layout.ts";
import { loadSurfaces } from "../../../src/panel/key-image/surface.ts";
import { blank } from "./scenes.ts";

const KEY = { widthPx: 72, heightPx: 72 };
let measureEm: MeasureEm;
beforeAll(async () => {
  measureEm = (await loadSurfaces()).of(KEY).measureEm;
});

const onKey = (part: Partial<typeof blank>) =>
  layOut({ ...blank, color: "purple", icon: "warning", ...part }, KEY, measureEm);

test.each([...Object.values(refusalBriefs), ...Object.values(failureBriefs), "Too late: press again"])(
  '"%s" is whole on a key of 72 pixels',
  (text) => {
    const { fitted } = onKey({ text, caption: "interview-1" }).text;
    expect(fitted.lines.map((line) => line.text).join(" ")).toBe(text);
    expect(fitted.isBroken).toBe(false);
  },
);

test.each(alarmKinds("room"))("the alarm %s is whole below what the key does", (kind) => {
  const { words } = describeAlarm(kind, { room: undefined, text: "", sinceWallMs: 0 });
  const { text, caption } = onKey({ text: "Ready", caption: words });
  expect(text.fitted.lines.map((line) => line.text).join(" ")).toBe("Ready");
  expect(caption.fitted.lines.map((line) => line.text).join(" ")).toBe(words);
});

test.each(alarmKinds("site"))("the alarm %s is whole on the key of the site", (kind) => {
  const { words } = describeAlarm(kind, { room: undefined, text: "", sinceWallMs: 0 });
  const { fitted } = onKey({ text: words, badge: "+1" }).text;
  expect(fitted.lines.map((line) => line.text).join(" ")).toBe(words);
});
