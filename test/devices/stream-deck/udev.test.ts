import { expect, it } from "vitest";
import { librarySpecOf, modelWords } from "../../../devices/stream-deck/models.ts";
import { udevRules } from "../../../devices/stream-deck/udev.ts";

it("the udev rules name every product of every model, and no dock", () => {
  const lines = udevRules()
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("#"));
  const ids = modelWords.flatMap((word) => librarySpecOf(word).productIds);
  expect(lines).toHaveLength(ids.length * 2);
  for (const id of ids) {
    const product = `ATTRS{idProduct}=="${id.toString(16).padStart(4, "0")}"`;
    expect(lines.filter((line) => line.includes(product))).toHaveLength(2);
  }
  expect(udevRules()).not.toContain("ffff");
  const match = 'KERNEL=="hidraw*", SUBSYSTEM=="hidraw", ATTRS{idVendor}=="0fd9", ATTRS{idProduct}=="0060"';
  expect(lines.slice(0, 2)).toEqual([`${match}, TAG+="uaccess"`, `${match}, MODE:="0660", GROUP="plugdev"`]);
});
