import type { Clock } from "../base/clock.ts";
import type { ValtRoomId } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import { createAccountPause } from "./account-pause.ts";
import { nameOf, type Place, readPlaces } from "./addresses.ts";
import { type CameraCalls, createCameraCalls } from "./cameras.ts";
import { type CommandCalls, createCommandCalls } from "./commands.ts";
import type { ServerFacts } from "./facts.ts";
import { type Address, createFailover, type Failover } from "./failover.ts";
import type { ValtFailure } from "./failure.ts";
import { createHealth, type ValtHealth } from "./health.ts";
import { inspectServer, type ServerInspection } from "./inspect.ts";
import type { LoginAsker } from "./login.ts";
import { createMarkCalls, type MarkCalls } from "./marks.ts";
import { createPeopleCalls, type PeopleCalls } from "./people.ts";
import { createAsk } from "./request.ts";
import { createRoomCalls, type RoomCalls } from "./rooms.ts";
import { askSchedules, type Schedule } from "./schedules.ts";
import type { AddressChange } from "./standing.ts";
import { createConnector, type TlsSettings } from "./tls.ts";
import { createTransport, type Transport } from "./transport.ts";
import { createVersionSource, type ServerVersion } from "./version.ts";

export { type Clock, systemClock } from "../base/clock.ts";
export { type RecordingId, recordingId, type ValtRoomId, valtRoomId } from "../base/identifiers.ts";
export { type Log, type LogFields, silentLog } from "../base/log.ts";
export type { Result } from "../base/result.ts";
export type { RoomStatus } from "./answers.ts";
export type { Camera, CameraCalls, Preset, PresetChoice, PresetId } from "./cameras.ts";
export type { CommandCalls, CommandOptions, RecordingAnswer, StartRequest } from "./commands.ts";
export type { CommentPayload, ServerFacts } from "./facts.ts";
export type { ValtFailure, ValtFailureKind } from "./failure.ts";
export type { ValtHealth } from "./health.ts";
export type { ServerInspection } from "./inspect.ts";
export type { LoginAsker } from "./login.ts";
export { MARK_COLORS, type Mark, type MarkCalls, type MarkColor, type NewMark } from "./marks.ts";
export type { NewGroup, PeopleCalls, Retention, ValtUser } from "./people.ts";
export type {
  RecordingDetails,
  RoomCalls,
  RoomInfo,
  RoomStatusAnswer,
  RoomStatusCode,
  RoomSummary,
} from "./rooms.ts";
export type { Schedule } from "./schedules.ts";
export type { AddressChange } from "./standing.ts";
export type { TlsSettings } from "./tls.ts";
export type { Generation, ServerVersion } from "./version.ts";
export { generationOf } from "./version.ts";

/** Fails with a sentence for people that says what is missing; then no login is tried. */
export type PasswordSource = () => Result<string, string>;

/** What a client needs to know. `createValtClient` throws on an address or a certificate that cannot be used. */
export interface ValtSettings extends ServerFacts {
  /**
   * `https://host[:port][/prefix]`; without a scheme https is meant. `/api/v3` at its end may be there or not. Several are
   * addresses of one and the same server: the one that answered last is asked first, and the others when it fails.
   */
  readonly url: string | readonly string[];
  readonly username: string;
  /** The password, or what finds it: asked before each login, for it may come later or change. */
  readonly password: string | PasswordSource;
  /** How the certificate is checked; against the machine's authorities unless told otherwise. `http://` beyond this machine
   * is not used unless `none` says that it is meant. */
  readonly tls?: TlsSettings;
  /** For each request, from sending to the whole answer; 5000 when absent. */
  readonly deadlineMs?: number;
  /** Kept-alive connections at most; 8 when absent. */
  readonly connections?: number;
}

/** One VALT server, version 5 or 6, at one address or several. No method throws or rejects; every failure is a value. */
export interface ValtClient extends RoomCalls, CommandCalls, MarkCalls, CameraCalls, PeopleCalls {
  /**
   * Logs in now. Not needed before other calls, which log in by themselves; it tells whether
   * address, certificate, user name and password are right, and opens the first connection. Once the
   * account was refused, a `program` waits for another password or for long; a `person` (default) does not.
   */
  authenticate(asker?: LoginAsker): Promise<Result<void, ValtFailure>>;
  /** Asked once, then remembered. Needs admin rights unless `serverVersion` is set. */
  version(): Promise<Result<ServerVersion, ValtFailure>>;
  /** The room's schedules, earliest first. */
  schedules(room: ValtRoomId): Promise<Result<readonly Schedule[], ValtFailure>>;
  health(): ValtHealth;
  /** `hear`, one at a time, is called whenever another address of the server is taken into use. */
  onAddressChange(hear: (change: AddressChange) => void): void;
  /** What can be seen from outside: the certificate's end, the server's clock. Sends no secrets. */
  inspect(): Promise<Result<ServerInspection, ValtFailure>>;
  /** Lets what is under way end; every later call fails. */
  end(): void;
  /** Breaks off what is under way; every later call fails. May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens nothing yet. Throws `TypeError` for settings that cannot mean anything: an address that is
 * none or is there twice, a fingerprint of the wrong length, a certificate check without https, clear text that nobody spelled out.
 */
export function createValtClient(
  settings: ValtSettings,
  tools: {
    readonly clock: Clock;
    readonly log: Log;
    /** How requests travel to an address (scheme, host and port); over a pool of connections when absent. */
    readonly transport?: (origin: string) => Transport;
  },
): ValtClient {
  const { clock, log } = tools;
  const { username, password, deadlineMs = 5000, connections = 8 } = settings;
  const [firstPlace, ...otherPlaces] = readPlaces(settings.url, settings.tls);
  const health = createHealth(clock, log);
  const isOnly = otherPlaces.length === 0;
  const shared = {
    username,
    password: typeof password === "string" ? () => given(password) : password,
    accountPause: createAccountPause(clock),
    deadlineMs,
    // Of several addresses, one that does not answer is not the server: the search among them tells how it went.
    health: isOnly ? health : { ...health, record: () => undefined },
    clock,
    log,
  };
  const open = (place: Place): Address => {
    const connect = createConnector(settings.tls ?? { verify: "system" }, clock);
    const transport =
      tools.transport?.(place.origin) ??
      createTransport({ origin: place.origin, connect, connections, deadlineMs }, clock);
    return { ...place, transport, ...createAsk({ ...shared, transport, prefix: place.prefix }) };
  };
  const first = open(firstPlace);
  const addresses = [first, ...otherPlaces.map(open)] as const;
  const server = isOnly ? asServer(first) : createFailover(addresses, { ...shared, health });
  const { ask } = server;
  const versions = createVersionSource(ask, settings.serverVersion);
  return {
    ...createRoomCalls(ask),
    ...createCommandCalls(ask, clock),
    ...createMarkCalls(ask, versions, settings),
    ...createCameraCalls(ask, clock),
    ...createPeopleCalls(ask, versions, settings),
    schedules: (room) => askSchedules(ask, room),
    version: () => versions.ask(),
    health: () => ({ ...health.read(), address: nameOf(server.inUse()) }),
    inspect: () => inspectServer(inOrder(server.inUse(), addresses), { deadlineMs, clock }),
    onAddressChange: server.onAddressChange,
    end: server.end,
    async close() {
      await Promise.all(addresses.map(({ transport }) => transport.close()));
    },
    async authenticate(asker = "person") {
      const ticket = await server.logIn(asker);
      return ticket.ok ? succeed(undefined) : ticket;
    },
  };
}

function given(password: string): Result<string, string> {
  return password === "" ? fail("No password was given.") : succeed(password);
}

/** A server with one address. */
function asServer(address: Address): Failover {
  const { ask, login, end } = address;
  const onAddressChange = () => undefined;
  return { ask, end, onAddressChange, inUse: () => address, logIn: (asker) => login.login(asker) };
}

/** The one in use first. */
function inOrder(inUse: Address, addresses: readonly Address[]): readonly string[] {
  return [...new Set([inUse, ...addresses])].map(({ origin }) => origin);
}
