import { createServer } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { mappingText, openSurface, type Surface, until } from "../support/rig.ts";
import { createServiceManager } from "../support/service-manager.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

const MAIN = join(import.meta.dirname, "../../dist/src/main.js");
export const ROOMS = { "room-1": 1, "room-2": 2, "room-3": 3, "room-4": 4 };

/** A busy site whose service is started by the test's own manager. */
export async function setUpBusySite(timing: Readonly<Record<string, number>> = {}) {
  const created = await createSimulator({ rooms: 4 });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  onTestFinished(() => simulator.close());
  const [osc, lines, console] = [await freePort(), await freePort(), await freePort()];
  const surface = await openSurface(osc);
  onTestFinished(() => surface.close());
  const { folder, write } = scratch();
  const devices = {
    surface: {
      kind: "osc",
      listen: [`udp://127.0.0.1:${osc}`, `tcp://127.0.0.1:${osc}`],
      allow: ["127.0.0.1"],
    },
    sign: {
      kind: "osc",
      targets: `udp://127.0.0.1:${surface.port}`,
      room: "room-1",
      controls: { "/tally": { look: "tally" } },
    },
    line: { kind: "serial", listen: `tcp://127.0.0.1:${lines}` },
  };
  const edit = (change: Readonly<Record<string, unknown>> = {}) =>
    write(
      "site.jsonc",
      mappingText(simulator.url, { rooms: ROOMS, timing, extra: { devices: { ...devices, ...change } } }),
    );
  let said = "";
  const environment = {
    VALT_PASSWORD: "simulator",
    XDG_STATE_HOME: join(folder, "state"),
    XDG_RUNTIME_DIR: folder,
  };
  const manager = createServiceManager({
    folder,
    command: [process.execPath, MAIN, "run", edit(), "--json", "--console", `127.0.0.1:${console}`],
    environment,
    output: (text) => {
      said += text;
    },
  });
  /** Everything listens, and systemd has it. */
  const isUp = async (count = 4) => {
    await until(`${count} listeners: ${said}`, () => manager.kept().length === count);
    const before = surface.all("/valt/pong").length;
    surface.send("/valt/ping");
    await until(`an answer: ${said}`, () => surface.all("/valt/pong").length > before);
  };
  const start = async () => {
    manager.start();
    await isUp();
  };
  return {
    simulator,
    surface,
    manager,
    environment,
    start,
    isUp,
    edit,
    ports: { osc, lines, console },
    said: () => said,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export type BusySite = Awaited<ReturnType<typeof setUpBusySite>>;

/** Texts of the marks that wait for a person. */
export async function heldFor({ environment }: BusySite): Promise<readonly string[]> {
  const { out } = await valtBridge(["status", "--json"], environment).ended;
  const [bridge] = [JSON.parse(out)].flat() as { marks: { refused: { text: string }[] } }[];
  return bridge?.marks.refused.map(({ text }) => text) ?? [];
}

/** What the tally was told to show. */
export function lampsOf({ told }: Surface) {
  return told
    .filter(({ address }) => address === "/tally/color")
    .map(({ atMs, values }) => ({ atMs, isRed: String(values) === "255,0,0" }));
}
