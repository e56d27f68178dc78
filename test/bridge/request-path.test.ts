import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { volatileKeeper } from "../../src/action/mark.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { Bridge } from "../../src/bridge.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { connect, mappingText, openSurface, parse, portsOf, until } from "../support/rig.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Our frames of a stack, newest last: `devices/osc/intake.ts deliver`. */
function framesOf(stack = ""): readonly { readonly file: string; readonly call: string }[] {
  return stack
    .split("\n")
    .flatMap((line) => {
      const [, call = "", file = ""] =
        /^\s+at (?:async )?(?:(.*?) \()?(?:file:\/\/)?([^():]+)/.exec(line) ?? [];
      const own = file.startsWith(root) ? file.slice(root.length) : "";
      return /^(?:src|devices)\//.test(own) ? [{ file: own, call }] : [];
    })
    .reverse();
}

/** From the report of the driver to the request of the client; five more lead to the connection. */
const MOST_FRAMES = 9;

test("a stop from a datagram goes a short way to the client, through no file twice", async () => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  onTestFinished(() => {
    Error.stackTraceLimit = limit;
  });
  const created = await createSimulator({ rooms: 1 });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  let stack: string | undefined;
  const bridge = new Bridge({
    mapping: parse(mappingText(simulator.url, { rooms: { lab: 1 } })),
    clock: systemClock,
    log: silentLog,
    facts: [],
    keeper: volatileKeeper,
    connect: (server) => {
      const client = connect(server);
      return {
        ...client,
        stop: (...asked) => {
          stack = new Error("asked").stack;
          return client.stop(...asked);
        },
      };
    },
    secret: () => undefined,
  });
  onTestFinished(async () => {
    await bridge.close();
    await simulator.close();
  });
  bridge.start();
  const ports = await until("the listener", () => portsOf(bridge, "surface"), 18_000);
  const surface = await openSurface(ports.udp);
  onTestFinished(() => surface.close());
  await until("the room", () => bridge.status().rooms[0]?.status === "available");
  surface.send("/valt/room/lab/stop", 1);
  await until("the request", () => stack);
  const all = framesOf(stack);
  // The driver reports by the last of its own frames.
  const frames = all.slice(all.findLastIndex(({ file }) => file.startsWith("devices/")));
  console.log(frames.map(({ file, call }, index) => `${index + 1} ${file} ${call}`).join("\n"));
  expect(frames.length).toBeLessThanOrEqual(MOST_FRAMES);
  const files = all.map(({ file }) => file).filter((file, index, before) => file !== before[index - 1]);
  expect(files).toEqual([...new Set(files)]);
});
