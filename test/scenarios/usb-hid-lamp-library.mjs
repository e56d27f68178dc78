import { register } from "node:module";
import { connect } from "node:net";

/**
 * Loaded before the bridge in a process of its own, it takes the place of node-hid: one Busylight is attached, and what
 * is written to it goes to the port of the test, a line of hexadecimal each.
 */
const itself = JSON.stringify(import.meta.url);
const hook = `export const resolve = (name, context, next) =>
  name === "node-hid" ? { url: ${itself}, shortCircuit: true } : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const PORT = Number(process.env.TEST_LAMP_PORT);
let socket;

export async function devicesAsync() {
  return [{ path: "/nowhere/hidraw0", vendorId: 0x27bb, productId: 0x3bca, product: "BUSYLIGHT" }];
}

export const HIDAsync = {
  async open() {
    socket ??= connect(PORT, "127.0.0.1").on("error", () => undefined);
    return {
      on: () => undefined,
      removeAllListeners: () => undefined,
      async write(report) {
        socket.write(`${report.toString("hex")}\n`);
        return report.length;
      },
      close: async () => undefined,
    };
  },
};
