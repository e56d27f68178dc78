import { onTestFinished } from "vitest";
import type { Simulator, SimulatorSettings } from "../../src/simulator/server.ts";
import { createSimulator } from "../../src/simulator/server.ts";

export interface Reply {
  readonly status: number;
  /** Parsed when it is JSON, otherwise the text. */
  readonly body: unknown;
}

export interface Started {
  readonly simulator: Simulator;
  /** Asks below `/api/v3/` with the account's token. */
  ask(method: string, path: string, body?: unknown): Promise<Reply>;
}

/** A running simulator that is closed with the test, and somebody who is logged in to it. */
export async function start(settings: SimulatorSettings = {}): Promise<Started> {
  const created = await createSimulator(settings);
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  onTestFinished(() => simulator.close());
  const token = await logIn(simulator, settings.username, settings.password);
  return {
    simulator,
    ask: (method, path, body) => {
      const joint = path.includes("?") ? "&" : "?";
      return call(`${simulator.url}/api/v3/${path}${joint}access_token=${token}`, method, body);
    },
  };
}

export async function logIn(
  simulator: Simulator,
  username = "panel-bridge",
  password = "simulator",
): Promise<string> {
  const reply = await call(`${simulator.url}/api/v3/login`, "POST", { username, password });
  return (reply.body as { data: { access_token: string } }).data.access_token;
}

export async function call(url: string, method: string, body?: unknown): Promise<Reply> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    headers: { "content-type": "application/json" },
  });
  return { status: response.status, body: parse(await response.text()) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
