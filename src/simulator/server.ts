import type { Result } from "../base/result.ts";
import { fail, succeed } from "../base/result.ts";
import type { ControlParts } from "./control.ts";
import { createControl } from "./control.ts";
import { createExchange } from "./exchange.ts";
import { createFaults } from "./faults.ts";
import type { Listener } from "./listener.ts";
import { createListener } from "./listener.ts";
import { actAsSomebodyElse } from "./other-user.ts";
import { createRequestLog } from "./request-log.ts";
import { createRouter } from "./router.ts";
import { ROUTES } from "./routes.ts";
import { furnish } from "./seed-data.ts";
import type { ResolvedSettings, SimulatorSettings } from "./settings.ts";
import { resolveSettings } from "./settings.ts";
import type { Simulator } from "./simulator.ts";
import { lookInto } from "./snapshot.ts";
import { createWorld } from "./world.ts";

export type { Fault } from "./faults.ts";
export type { Somebody } from "./other-user.ts";
export type { LoggedRequest, RequestLog } from "./request-log.ts";
export type { RoomStatus, RoomVerb } from "./room-machine.ts";
export type { SimulatorSettings, ValtVersion } from "./settings.ts";
export type { Simulator } from "./simulator.ts";
export type { MarkSnapshot, RecordingSnapshot, RoomSnapshot, SimulatorWorld } from "./snapshot.ts";

/** Fails when an address cannot be listened on. */
export async function createSimulator(
  settings: SimulatorSettings = {},
): Promise<Result<Simulator, { readonly message: string }>> {
  const resolved = resolveSettings(settings);
  const { simulator, listener, controlParts } = assemble(resolved);
  const opened = await listener.open();
  if (!opened.ok) return opened;
  if (resolved.controlPort === "none") return succeed(present(simulator, listener, undefined));
  const control = createControl(controlParts, resolved.controlPort);
  const controlOpened = await control.open();
  if (controlOpened.ok) return succeed(present(simulator, listener, control));
  await listener.shut();
  return fail({ message: `control API: ${controlOpened.failure.message}` });
}

type Inside = Omit<Simulator, "url" | "controlUrl" | "close">;

function present(inside: Inside, listener: Listener, control: Listener | undefined): Simulator {
  return {
    ...inside,
    url: listener.url(),
    controlUrl: control?.url(),
    close: async () => {
      await Promise.all([inside.down(), control?.shut()]);
    },
  };
}

function assemble(settings: ResolvedSettings): {
  readonly simulator: Inside;
  readonly listener: Listener;
  readonly controlParts: ControlParts;
} {
  const world = createWorld(settings);
  furnish(world);
  const faults = createFaults(settings.seed);
  const log = createRequestLog(settings.clock);
  const router = createRouter(ROUTES, settings.valt);
  const exchange = createExchange({ world, router, faults, log, clock: settings.clock });
  const { host, port, tls } = settings;
  const listener = createListener({ host, port, tls, serve: exchange.serve });

  const simulator: Inside = {
    requests: log,
    world: lookInto(world),
    somebodyElse: (roomId, what, who = "web-ui") => actAsSomebodyElse(world, { roomId, what, who }),
    fault(fault) {
      if (fault.kind === "down") void simulator.down();
      else if (fault.kind === "status-lag") world.lagMs = fault.lagMs;
      else faults.add(fault);
    },
    clearFaults() {
      faults.clear();
      world.lagMs = settings.lagMs;
      void listener.open();
    },
    expireTokens: () => world.tokens.clear(),
    down() {
      exchange.abandon();
      return listener.shut();
    },
    up: () => listener.open(),
    isUp: () => listener.isOpen(),
  };
  return { simulator, listener, controlParts: { simulator, listener, faults, world, settings } };
}
