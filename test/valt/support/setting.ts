import { onTestFinished } from "vitest";
import type { Clock } from "../../../src/base/clock.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { valtRoomId } from "../../../src/base/identifiers.ts";
import type { Log, LogFields } from "../../../src/base/log.ts";
import type { Result } from "../../../src/base/result.ts";
import {
  createValtClient,
  type ValtClient,
  type ValtFailure,
  type ValtSettings,
} from "../../../src/valt/client.ts";
import { type Reply, type Script, type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

export const PASSWORD = "correct horse battery";

/** The room that every test uses. */
export const ROOM = valtRoomId(4);

export interface Setting {
  readonly server: ScriptedServer;
  readonly client: ValtClient;
  /** Everything the client logged, as text. */
  readonly logged: string[];
}

/** A server and a client for one test; both are closed when it is over. */
export async function prepare(
  script: Script,
  changes: Partial<ValtSettings> & { readonly clock?: Clock } = {},
): Promise<Setting> {
  const server = await startScriptedServer({ script });
  const { clock, ...settings } = changes;
  const { client, logged } = connectTo(server.url, settings, clock);
  onTestFinished(() => server.close());
  return { server, client, logged };
}

/** A client for any address; closed when the test is over. */
export function connectTo(
  url: string | readonly string[],
  changes: Partial<ValtSettings> = {},
  clock: Clock = systemClock,
) {
  const logged: string[] = [];
  const log = collectLog(logged);
  const client = createValtClient({ url, username: "panel", password: PASSWORD, ...changes }, { clock, log });
  onTestFinished(() => client.close());
  return { client, logged };
}

/** Without the redaction of the real log: what the client says must be free of secrets by itself. */
function collectLog(lines: string[]): Log {
  const note = (message: string, fields?: LogFields) => {
    lines.push(JSON.stringify({ message, ...fields }));
  };
  return { debug: note, info: note, warn: note, error: note, child: () => collectLog(lines) };
}

/** Answers these paths, counted from below `/api/v3/`; everything else is 404. */
export function answering(replies: Readonly<Record<string, Reply>>): Script {
  return (request) => replies[request.path];
}

export function valueIn<Value>(result: Result<Value, ValtFailure>): Value {
  if (!result.ok) throw new Error(`expected a success, got ${JSON.stringify(result.failure)}`);
  return result.value;
}

export function failureIn(result: Result<unknown, ValtFailure>): ValtFailure {
  if (result.ok) throw new Error(`expected a failure, got ${JSON.stringify(result.value)}`);
  return result.failure;
}

/** Waits for real sockets: polls until the condition holds, at most two seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const giveUpMs = performance.now() + 2000;
  while (!condition()) {
    if (performance.now() > giveUpMs) throw new Error("waited two seconds in vain");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
