import type { Result } from "../base/result.ts";
import type { Fault } from "./faults.ts";
import type { Somebody } from "./other-user.ts";
import type { RequestLog } from "./request-log.ts";
import type { RoomVerb } from "./room-machine.ts";
import type { RoomSnapshot, SimulatorWorld } from "./snapshot.ts";

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
