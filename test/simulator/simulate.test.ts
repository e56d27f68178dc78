import { Command } from "commander";
import { expect, onTestFinished, test, vi } from "vitest";
import { addSimulateCommand } from "../../src/cli/commands/simulate.ts";
import { call } from "./start.ts";

/** Runs the command and collects what it prints. */
function run(...options: readonly string[]) {
  const abort = new AbortController();
  const printed: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  onTestFinished(() => {
    abort.abort();
    spy.mockRestore();
  });
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addSimulateCommand(program, { signal: abort.signal });
  const finished = program.parseAsync(["simulate", ...options], { from: "user" });
  return { abort, printed, finished };
}

test("it says what listens where, logs what changes rooms, and closes when told to", async () => {
  const { abort, printed, finished } = run("--port", "0", "--control-port", "0", "--rooms", "2", "--json");
  await vi.waitFor(() => expect(printed).toHaveLength(1));
  const told = JSON.parse(printed[0] ?? "") as Record<string, string>;
  expect(told).toMatchObject({ username: "panel-bridge", password: "simulator", valt: "6.6", rooms: 2 });
  const { username, password } = told;
  const login = await call(`${told.url}/api/v3/login`, "POST", { username, password });
  const token = (login.body as { data: { access_token: string } }).data.access_token;
  await call(`${told.url}/api/v3/rooms/1/status?access_token=${token}`, "GET");
  await call(`${told.url}/api/v3/rooms/1/lock?access_token=${token}`, "POST", {});
  await vi.waitFor(() => expect(printed).toHaveLength(2));
  expect(JSON.parse(printed[1] ?? "")).toMatchObject({
    method: "POST",
    path: "rooms/1/lock",
    answerStatus: 200,
  });
  abort.abort();
  await finished;
  expect(JSON.parse(printed[2] ?? "")).toEqual({ event: "closed" });
  await expect(call(`${told.url}/`, "GET")).rejects.toThrow();
});

test("faults can be asked for", async () => {
  const { abort, printed, finished } = run(
    ...["--port", "0", "--control-port", "0", "--json", "--fail", "502", "--latency", "1-2"],
    ...["--hang", "--drop", "after-acting", "--refuse-tokens", "--probability", "0.5", "--lag", "100"],
  );
  await vi.waitFor(() => expect(printed).toHaveLength(1));
  const { controlUrl } = JSON.parse(printed[0] ?? "") as { controlUrl: string };
  expect((await call(`${controlUrl}/state`, "GET")).body).toMatchObject({
    lagMs: 100,
    faults: [
      { kind: "latency", ms: [1, 2] },
      { kind: "hang", when: "before-acting", probability: 0.5 },
      { kind: "drop", when: "after-acting", probability: 0.5 },
      { kind: "refuse-token", probability: 0.5 },
      { kind: "error", status: 502, probability: 0.5 },
    ],
  });
  abort.abort();
  await finished;
});

test.for([
  ["--rooms", "many"],
  ["--valt", "4.0"],
  ["--probability", "2"],
  ["--fail", "418"],
])("%s %s is refused", async ([option = "", value = ""]) => {
  await expect(run(option, value).finished).rejects.toThrow();
});
