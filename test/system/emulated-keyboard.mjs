// A keyboard that the kernel takes for real hardware: /dev/uhid (Documentation/hid/uhid.rst). Needs root.
import { closeSync, openSync, read, writeSync } from "node:fs";

const EVENT_BYTES = 4380;
const events = { destroy: 1, output: 6, create: 11, input: 12 };
/** A boot keyboard with keys up to F24 and five lamps: HID 1.11, appendix B, with a longer list of keys. */
const DESCRIPTOR = Buffer.from(
  "05010906a101050719e029e71500250175019508810295017508810195057501050819012905910295017503910195067508150026ff000507190029ff8100c0",
  "hex",
);
/** What a keyboard sends for a key (HID Usage Tables, page 7). */
export const usages = {
  a: 4,
  enter: 40,
  f13: 0x68,
  f14: 0x69,
  digit: (digit) => (digit === 0 ? 39 : 29 + digit),
};

/** Plugs it in; `lamps` are the lamp reports that it got, newest last. */
export function plugKeyboard({ name, vendorId, productId }) {
  const uhid = openSync("/dev/uhid", "r+");
  const lamps = [];
  let isPlugged = true;
  const create = Buffer.alloc(EVENT_BYTES);
  create.writeUInt32LE(events.create, 0);
  create.write(name, 4);
  create.write("uhid/keyboard", 132);
  create.writeUInt16LE(DESCRIPTOR.length, 260);
  create.writeUInt16LE(3, 262);
  create.writeUInt32LE(vendorId, 264);
  create.writeUInt32LE(productId, 268);
  DESCRIPTOR.copy(create, 280);
  writeSync(uhid, create);
  const follow = () => {
    const event = Buffer.alloc(EVENT_BYTES);
    read(uhid, event, 0, EVENT_BYTES, null, (error) => {
      if (error || !isPlugged) return;
      if (event.readUInt32LE(0) === events.output) lamps.push(event[4]);
      follow();
    });
  };
  follow();
  return {
    lamps,
    /** The keys that are down from now on. */
    hold(...keys) {
      const report = Buffer.alloc(14);
      report.writeUInt32LE(events.input, 0);
      report.writeUInt16LE(8, 4);
      Buffer.from([0, 0, ...keys]).copy(report, 6);
      writeSync(uhid, report);
    },
    unplug() {
      isPlugged = false;
      const destroy = Buffer.alloc(EVENT_BYTES);
      destroy.writeUInt32LE(events.destroy, 0);
      writeSync(uhid, destroy);
      closeSync(uhid);
    },
  };
}
