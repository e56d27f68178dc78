import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { findRefusal } from "../base/web-guard.ts";
import type { Answer } from "./answers.ts";
import type { Faults } from "./faults.ts";
import { faultSchema } from "./faults.ts";
import type { Listener } from "./listener.ts";
import { createListener } from "./listener.ts";
import { SOMEBODIES } from "./other-user.ts";
import { readBody } from "./request-body.ts";
import type { JsonObject } from "./route.ts";
import { sendAnswer } from "./send.ts";
import type { ResolvedSettings } from "./settings.ts";
import type { Simulator } from "./simulator.ts";
import type { World } from "./world.ts";

/** What the control API reaches. */
export interface ControlParts {
  readonly simulator: Omit<Simulator, "url" | "controlUrl" | "close">;
  /** The simulated server's. */
  readonly listener: Listener;
  readonly faults: Faults;
  readonly world: World;
  readonly settings: ResolvedSettings;
}

const actionSchema = z.strictObject({
  what: z.enum(["start", "stop", "pause", "resume", "lock", "unlock", "prepare"]),
  who: z.enum(SOMEBODIES).default("web-ui"),
});

const PREMISES = { host: "127.0.0.1", names: [], isEncrypted: false };

/** JSON over HTTP, on loopback only: it obeys every program that reaches it, but no page of somebody's browser. */
export function createControl(parts: ControlParts, port: number): Listener {
  const actions = actionsOf(parts);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const why = findRefusal(request.headers, request.method === "GET" ? "reads" : "commands", PREMISES);
    if (why !== undefined) {
      sendAnswer(response, told(403, { message: why }));
      return;
    }
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const room = /^\/rooms\/(\d+)\/somebody-else$/.exec(path)?.[1];
    const body = await new Promise<JsonObject | undefined>((resolve) => readBody(request, resolve));
    if (room !== undefined && request.method === "POST") {
      sendAnswer(response, changeRoom(parts, Number(room), body));
      return;
    }
    const action = actions.get(`${request.method} ${path}`);
    const known = [...actions.keys(), "POST /rooms/{id}/somebody-else"];
    sendAnswer(response, action === undefined ? told(404, { known }) : await action(body));
  }

  return createListener({
    host: PREMISES.host,
    port,
    serve: (request, response) => void serve(request, response),
  });
}

type Action = (body: JsonObject | undefined) => Answer | Promise<Answer>;

function actionsOf(parts: ControlParts): ReadonlyMap<string, Action> {
  const { simulator } = parts;
  return new Map<string, Action>([
    ["GET /state", () => told(200, stateOf(parts))],
    ["GET /requests", () => told(200, requestsOf(parts))],
    ["POST /faults", (body) => addFault(parts, body)],
    ["DELETE /faults", () => clearFaults(parts)],
    [
      "POST /expire-tokens",
      () => {
        simulator.expireTokens();
        return told(200, { expired: true });
      },
    ],
    [
      "POST /down",
      async () => {
        await simulator.down();
        return told(200, { up: false });
      },
    ],
    ["POST /up", () => goUp(parts)],
  ]);
}

function told(status: number, body: unknown): Answer {
  return { status, body };
}

function stateOf({ simulator, listener, faults, world, settings }: ControlParts): unknown {
  return {
    url: listener.url(),
    valt: settings.valt,
    up: listener.isOpen(),
    lagMs: world.lagMs,
    faults: faults.active(),
    rooms: simulator.world.rooms(),
  };
}

function requestsOf({ simulator }: ControlParts): unknown {
  return { counts: Object.fromEntries(simulator.requests.counts), requests: simulator.requests.all() };
}

function changeRoom({ simulator }: ControlParts, roomId: number, body: JsonObject | undefined): Answer {
  const action = actionSchema.safeParse(body);
  if (!action.success) return told(400, { message: z.prettifyError(action.error) });
  const outcome = simulator.somebodyElse(roomId, action.data.what, action.data.who);
  return outcome.ok ? told(200, outcome.value) : told(409, outcome.failure);
}

function addFault({ simulator, faults }: ControlParts, body: JsonObject | undefined): Answer {
  const fault = faultSchema.safeParse(body);
  if (!fault.success) return told(400, { message: z.prettifyError(fault.error) });
  simulator.fault(fault.data);
  return told(200, { faults: faults.active() });
}

async function clearFaults(parts: ControlParts): Promise<Answer> {
  parts.simulator.clearFaults();
  return goUp(parts);
}

async function goUp({ simulator }: ControlParts): Promise<Answer> {
  const opened = await simulator.up();
  return opened.ok ? told(200, { up: true }) : told(500, opened.failure);
}
