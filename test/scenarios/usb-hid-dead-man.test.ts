import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { scratch, valtBridge } from "../cli/valt-bridge.ts";
import { mappingText, rest, until } from "../support/rig.ts";

const LIBRARY = new URL("usb-hid-lamp-library.mjs", import.meta.url).href;
const shipped = JSON.parse(
  readFileSync(new URL("../../devices/usb-hid/profiles/kuando-busylight.json", import.meta.url), "utf8"),
);

/** A Busylight and its own timer: what it was told last is dark again when no sign of life says how long it may stay. */
class Busylight {
  #color = [0, 0, 0];
  #darkMs = 0;

  take(report: Uint8Array): void {
    const [, step = 0, , red = 0, green = 0, blue = 0] = report;
    if (step >> 4 === 8) this.#darkMs = performance.now() + (step & 0x0f) * 1000;
    else this.#color = [red, green, blue];
  }

  shows(): readonly number[] {
    return performance.now() < this.#darkMs ? this.#color : [0, 0, 0];
  }
}

async function attachLamp(): Promise<{ lamp: Busylight; port: number }> {
  const lamp = new Busylight();
  let unread = "";
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      const lines = (unread + chunk.toString()).split("\n");
      unread = lines.pop() ?? "";
      for (const line of lines) lamp.take(Buffer.from(line, "hex"));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { lamp, port: (server.address() as { port: number }).port };
}

/** As it is shipped, but for a timer of one second instead of fifteen: a test does not wait that long. */
function quickProfile() {
  const text = JSON.stringify(shipped).replace('"0x8f"', '"0x81"');
  const profile = JSON.parse(text);
  profile.output.keepAlive.everyMs = 300;
  return profile;
}

test("a Busylight is red while the room records, and goes dark by itself when the bridge is killed", async () => {
  const created = await createSimulator({ rooms: 2 });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  onTestFinished(() => simulator.close());
  const { lamp, port } = await attachLamp();
  const sign = {
    kind: "usb-hid",
    profile: quickProfile(),
    room: "interview-1",
    controls: { light: { look: "sign" } },
  };
  const place = scratch();
  const file = place.write("mapping.json", mappingText(simulator.url, { extra: { devices: { sign } } }));
  const bridge = valtBridge(["run", file, "--instance", `dead-man-${process.pid}`], {
    NODE_OPTIONS: `--import=${LIBRARY}`,
    TEST_LAMP_PORT: String(port),
    XDG_STATE_HOME: place.folder,
  });
  simulator.somebodyElse(1, "start");
  await until(`red; ${bridge.err()}`, () => String(lamp.shows()) === "100,0,0", 15_000);
  // Longer than its timer: it is fed.
  await rest(2500);
  expect(lamp.shows()).toEqual([100, 0, 0]);
  bridge.process.kill("SIGKILL");
  await bridge.ended;
  await until("darkness", () => String(lamp.shows()) === "0,0,0", 10_000);
});
