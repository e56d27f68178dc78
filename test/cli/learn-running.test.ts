import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { mappingText, openSurface, until } from "../support/rig.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

async function startBridge() {
  const created = await createSimulator({ rooms: 2 });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const { folder, write } = scratch();
  const environment = { XDG_STATE_HOME: folder, XDG_RUNTIME_DIR: folder };
  const call = (...words: string[]) => valtBridge(words, environment);
  const device = {
    listen: `udp://127.0.0.1:${port}`,
    room: "interview-1",
    controls: { "/go": { press: { do: "start", room: "interview-1" }, look: "tally" } },
  };
  const bridge = call(
    "run",
    write("mapping.json", mappingText(created.value.url, { device })),
    "--no-console",
  );
  const surface = await openSurface(port);
  onTestFinished(() => surface.close());
  await until("the bridge", () => {
    surface.send("/valt/ping");
    return surface.all("/valt/pong").length > 0;
  });
  const statusOf = () => created.value.world.rooms()[0]?.status;
  return { call, surface, bridge, statusOf };
}

test("a device of a running bridge is learnt from it: its presses do nothing, and its lines are printed", async () => {
  const { call, surface, statusOf } = await startBridge();
  const lesson = call("learn", "surface");
  await lesson.shows("surface");
  await until("the press", () => {
    surface.send("/go", 1);
    surface.send("/go", 0);
    return lesson.out().includes("/go  button  down");
  });
  // Presses that are asked for again and again use up what the link takes in a second.
  await until("the request", () => {
    surface.send("/somewhere/else", 1);
    return lesson.out().includes('"request":"/somewhere/else"');
  });
  expect(statusOf()).toBe("available");
  lesson.process.kill("SIGINT");
  const { out, code } = await lesson.ended;
  expect(code).toBe(0);
  expect(out).toContain(`"surface": {
  "controls": {
    "/go": `);
  await until("the recording", () => {
    surface.send("/go", 1);
    surface.send("/go", 0);
    return statusOf() === "recording";
  });
  const { out: journal } = await call("journal", "show", "--json").ended;
  expect(journal).toContain("learn by ");
});

test("without a name a running bridge keeps all of its devices, and tells which there are", async () => {
  const { call } = await startBridge();
  const { err, code } = await call("learn").ended;
  expect(code).toBe(1);
  expect(err).toContain("Name the device");
  expect(err).toContain("surface  osc");
});

test("a lesson whose command was killed ends by itself", async () => {
  const { call, surface, statusOf } = await startBridge();
  const lesson = call("learn", "surface");
  await lesson.shows("Ctrl-C");
  lesson.process.kill("SIGKILL");
  await until(
    "the recording",
    () => {
      surface.send("/go", 1);
      surface.send("/go", 0);
      return statusOf() === "recording";
    },
    15_000,
  );
}, 30_000);
