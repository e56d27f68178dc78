import type { Result } from "../base/result.ts";
import { fail, succeed } from "../base/result.ts";
import type { ControlParts } from "./control.ts";
import { createControl } from "./control.ts";
import { createExchange } from "./exchange.ts";
import type { Fault } from "./faults.ts";
import { createFaults } from "./faults.ts";
import { furnish } from "./furniture.ts";
import type { Listener } from "./listener.ts";
import { createListener } from "./listener.ts";
import type { RequestLog } from "./request-log.ts";
import { createRequestLog } from "./request-log.ts";
import type { RoomVerb } from "./room-machine.ts";
import { createRouter } from "./router.ts";
import { ROUTES } from "./routes.ts";
import type { ResolvedSettings, SimulatorSettings } from "./settings.ts";
import { resolveSettings } from "./settings.ts";
import type { RoomSnapshot, SimulatorWorld } from "./snapshot.ts";
import { lookInto } from "./snapshot.ts";
import type { Somebody } from "./somebody-else.ts";
import { actAsSomebodyElse } from "./somebody-else.ts";
import { createWorld } from "./world.ts";

export type { Fault } from "./faults.ts";
export type { LoggedRequest, RequestLog } from "./request-log.ts";
export type { RoomStatus, RoomVerb } from "./room-machine.ts";
export type { SimulatorSettings, ValtVersion } from "./settings.ts";
export type { MarkSnapshot, RecordingSnapshot, RoomSnapshot, SimulatorWorld } from "./snapshot.ts";
export type { Somebody } from "./somebody-else.ts";

/** A VALT server that records nothing. It listens until `close`. */
export interface Simulator {
  /** Without a slash at its end: `http://127.0.0.1:8000`. Stays the same while the server is down. */
  readonly url: string;
  /** The control API; undefined when it was switched off. */
  readonly controlUrl: string | undefined;
  readonly requests: RequestLog;
  readonly world: SimulatorWorld;
  /** A change that does not come from the API's account. Fails with the room's reason. */
  somebodyElse(
    roomId: number,
    what: RoomVerb,
    who?: Somebody,
  ): Result<RoomSnapshot, { readonly message: string }>;
  /** Adds a misbehaviour; several may be active. */
  fault(fault: Fault): void;
  /** Ends all misbehaviour, a lag set by a fault included, and opens the server again when it was down. */
  clearFaults(): void;
  /** Every token is refused from now on; the next login gives a new one. */
  expireTokens(): void;
  /** Closes the listening socket and cuts all connections; what is being delayed is forgotten. */
  down(): Promise<void>;
  /** Listens again on the same port. */
  up(): Promise<Result<void, { readonly message: string }>>;
  isUp(): boolean;
  /** May be called twice. */
  close(): Promise<void>;
}

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
