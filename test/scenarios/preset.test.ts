import { expect, test } from "vitest";
import { rest, startRig, until } from "../support/rig.ts";

const device = { commands: { "/view/{room}": { "apply-preset": "2", camera: 5001 } } };

test("a preset is asked for once, and request and answer are on record", async () => {
  const { surface, facts, simulator } = await startRig({ device });
  surface.send("/view/interview-1");
  await until("the answer", () => surface.last("/valt/ok"));
  expect(simulator.requests.count("POST presets/{cam}/apply")).toBe(1);
  const said = facts.filter(({ kind }) => kind === "request" || kind === "answer");
  expect(said).toMatchObject([
    { kind: "request", command: "apply-preset", room: "interview-1" },
    { kind: "answer", command: "apply-preset", answer: "accepted" },
  ]);
  expect(new Set(said.map((fact) => "correlation" in fact && fact.correlation)).size).toBe(1);
});

test("a preset whose login takes too long is not asked for again", async () => {
  const { surface, simulator } = await startRig({
    device,
    deadlineMs: 5000,
    timing: { pressDeadlineMs: 500, activePollMs: 200, idlePollMs: 200, freshMs: 600 },
  });
  await until("a look", () => simulator.requests.count("GET rooms/{r}/status") > 0);
  simulator.fault({ kind: "latency", path: "login", ms: 1500 });
  simulator.expireTokens();
  surface.send("/view/interview-1");
  await until("the error", () => surface.last("/valt/error"));
  await rest(1700);
  const asked = simulator.requests.of("POST presets/{cam}/apply");
  expect(asked.map(({ answerStatus }) => answerStatus)).toEqual([401]);
});
