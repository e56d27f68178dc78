import { describe, expect, it } from "vitest";
import { controlsOf } from "../../../devices/stream-deck/controls.ts";
import { type ModelWord, modelWords } from "../../../devices/stream-deck/models.ts";
import { type Turn, turnBack } from "../../../src/driver/hid/turn.ts";
import { show, told } from "../../driver/hid/noting-host.ts";
import { openModel } from "./bench.ts";
import {
  asPicture,
  decodeJpeg,
  difference,
  joinReports,
  type Picture,
  testFrame,
  turns,
} from "./pictures.ts";
import { keysReport, pushesReport, touchReport } from "./reports.ts";

const turned = [90, 180, 270] as const;
const corners: readonly (readonly [Turn, readonly number[]])[] = [
  // The hardware's key at the top left, top right, bottom left and bottom right, as somebody before the deck sees it.
  [0, [0, 4, 10, 14]],
  [90, [10, 0, 14, 4]],
  [180, [14, 10, 4, 0]],
  [270, [4, 14, 0, 10]],
];

/** What a person sees who looks at a deck that shows a picture and is turned clockwise. */
const seenThrough: Record<Turn, (picture: Picture) => Picture> = {
  0: turns.none,
  90: ({ widthPx, heightPx, at }) => ({
    widthPx: heightPx,
    heightPx: widthPx,
    at: (x, y) => at(y, heightPx - 1 - x),
  }),
  180: turns.half,
  270: turns.quarter,
};

describe("a deck that is mounted rotated", () => {
  it.each(corners)("by %i degrees has its keys numbered as they are seen", async (degrees, hardware) => {
    const { handle, host, device } = await openModel("mk2", { rotatedDegrees: degrees });
    const grid = device.panel!.controls.map(({ place }) => place);
    const columns = degrees % 180 === 0 ? 5 : 3;
    expect(grid.map((place) => (place.area === "keys" ? place.row * columns + place.column : -1))).toEqual(
      Array.from({ length: 15 }, (_, index) => index),
    );
    const seen = [0, columns - 1, 15 - columns, 14];
    for (const index of hardware) for (const down of [[index], []]) handle.report(keysReport("mk2", down));
    expect(told(host.events)).toEqual(
      seen.flatMap((index) => [`down key-${index + 1}`, `up key-${index + 1}`]),
    );
  });

  it.each([0, ...turned] as const)("by %i degrees shows its pictures upright", async (degrees) => {
    const { handle, device } = await openModel("studio", { rotatedDegrees: degrees });
    const { output } = device.panel!.controls[0]!;
    if (output.kind !== "image") throw new Error("no picture");
    expect([output.widthPx, output.heightPx]).toEqual(degrees % 180 === 0 ? [144, 112] : [112, 144]);
    const frame = testFrame(output.widthPx, output.heightPx);
    handle.sent.length = 0;
    await show(device, "key-1", frame);
    const key = { 0: 0, 90: 16, 180: 31, 270: 15 }[degrees];
    const jpeg = joinReports(handle.sent, {
      length: 1024,
      header: ({ index, isLast, bodyBytes }) =>
        Buffer.from([2, 7, key, isLast ? 1 : 0, bodyBytes! & 255, bodyBytes! >> 8, index, 0]).toString("hex"),
    });
    const seen = seenThrough[degrees](await decodeJpeg(jpeg));
    expect([seen.widthPx, seen.heightPx]).toEqual([output.widthPx, output.heightPx]);
    expect(difference(seen, asPicture(frame)).mean).toBeLessThan(4);
  });

  it.each(modelWords.flatMap((word) => turned.map((degrees) => [word, degrees] as const)))(
    "%s by %i degrees has the same controls, each place once, and takes a picture for every one of them",
    async (word: ModelWord, degrees: Turn) => {
      const { device } = await openModel(word, { rotatedDegrees: degrees });
      const ids = (turn: Turn) => controlsOf(word, turn).map(({ description }) => description.id);
      expect(ids(degrees)).toEqual(ids(0));
      const places = device.panel!.controls.flatMap(({ place }) =>
        place.area === "nowhere" ? [] : [JSON.stringify(place)],
      );
      expect(new Set(places).size).toBe(places.length);
      for (const { id, output } of device.panel!.controls)
        if (output.kind === "image") await show(device, id, testFrame(output.widthPx, output.heightPx));
    },
  );

  it("counts dials and the strip the way that it hangs", async () => {
    const { handle, host } = await openModel("plus", { rotatedDegrees: 180 });
    handle.report(pushesReport([0]));
    handle.report(touchReport(1, [10, 10]));
    handle.report(touchReport(3, [750, 50], [650, 50]));
    expect(told(host.events)).toEqual(["down dial-4", "touched strip-4 tap", "touched strip-1 swipe-right"]);
  });

  it.each(turned)("by %i degrees keeps every pixel", (degrees) => {
    const frame = testFrame(7, 4);
    const once = turnBack(degrees, frame);
    const whole = turnBack((360 - degrees) as Turn, once);
    expect(whole).toEqual({ rgb: frame.rgb, widthPx: 7, heightPx: 4 });
  });
});
