import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, onTestFinished, test } from "vitest";
import { openPlayer } from "../../devices/virtual/player.ts";
import { startRig, until } from "../support/rig.ts";

/** From the driver's report to the dispatch of the HTTP client, both included. */
const MOST_FRAMES = 14;

test(`a press reaches the HTTP client in ${MOST_FRAMES} calls at most`, async () => {
  const stacks = catchStacks("/record/start");
  const { bridge } = await startRig({
    extra: {
      devices: {
        surface: { kind: "osc", listen: "udp://127.0.0.1:0" },
        desk: {
          kind: "virtual",
          model: "mini",
          room: "interview-1",
          controls: { "key-1": { press: "start" } },
        },
      },
    },
  });
  await until("the room", () => bridge.status().rooms[0]?.status === "available");
  const player = openPlayer("virtual mini");
  if (!player.ok) throw new Error(player.failure.message);
  await player.value.play(new TextEncoder().encode('{"kind":"down","control":"key-1"}'), "events");
  const stack = await until("the request", () => stacks[0]);
  const frames = framesOf(stack);
  console.info(`${frames.length} frames\n${frames.join("\n")}`);
  expect(frames.at(-1)).toContain("devices/virtual/player.ts");
  expect(frames.length).toBeLessThanOrEqual(MOST_FRAMES);
});

/** Where the HTTP client stood when it took a request to this path. */
function catchStacks(path: string): readonly string[] {
  const stacks: string[] = [];
  const see = (message: unknown) => {
    const { request } = message as { readonly request: { readonly path: string } };
    if (request.path.includes(path)) stacks.push(new Error("here").stack ?? "");
  };
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 100;
  subscribe("undici:request:create", see);
  onTestFinished(() => {
    unsubscribe("undici:request:create", see);
    Error.stackTraceLimit = stackTraceLimit;
  });
  return stacks;
}

/** Ours, innermost first; with those that wait for a promise of the one above them. */
function framesOf(stack: string): readonly string[] {
  return stack
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /\/(?:src|devices)\//.test(line) && !line.includes("/node_modules/"))
    .map((line) => line.replace(/\(?(?:file:\/\/)?\/[^ ]*?\/((?:src|devices)\/)/, "($1"));
}
