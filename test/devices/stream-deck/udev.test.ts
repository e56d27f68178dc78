import { expect, it } from "vitest";
import { librarySpecOf, modelWords } from "../../../devices/stream-deck/models.ts";
import { udevRules } from "../../../devices/stream-deck/udev.ts";

it("the udev rules name every product of every model, and no dock", () => {
  const lines = udevRules()
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("#"));
  const ids = modelWords.flatMap((word) => librarySpecOf(word).productIds);
  expect(lines).toHaveLength(ids.length);
  for (const id of ids) {
    const product = `ATTRS{idProduct}=="${id.toString(16).padStart(4, "0")}"`;
    expect(lines.filter((line) => line.includes(product))).toHaveLength(1);
  }
  expect(udevRules()).not.toContain("ffff");
  expect(lines[0]).toBe(
    'KERNEL=="hidraw*", SUBSYSTEM=="hidraw", ATTRS{idVendor}=="0fd9", ATTRS{idProduct}=="0060", MODE:="0660", GROUP="plugdev", TAG+="uaccess"',
  );
});
