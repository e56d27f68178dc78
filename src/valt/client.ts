import type { Clock } from "../base/clock.ts";
import type { ValtRoomId } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import { isInTheClear, readServerAddress } from "../base/server-address.ts";
import { withoutTrailing } from "../base/text.ts";
import { type CameraCalls, createCameraCalls } from "./cameras.ts";
import { type CommandCalls, createCommandCalls } from "./commands.ts";
import type { ServerFacts } from "./facts.ts";
import type { ValtFailure } from "./failure.ts";
import { createHealth, type ValtHealth } from "./health.ts";
import { inspectServer, type ServerInspection } from "./inspect.ts";
import type { LoginAsker } from "./login.ts";
import { createMarkCalls, type MarkCalls } from "./marks.ts";
import { createPeopleCalls, type PeopleCalls } from "./people.ts";
import { createAsk } from "./request.ts";
import { createRoomCalls, type RoomCalls } from "./rooms.ts";
import { askSchedules, type Schedule } from "./schedules.ts";
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
export type { TlsSettings } from "./tls.ts";
export type { Generation, ServerVersion } from "./version.ts";
export { generationOf } from "./version.ts";

/** Fails with a sentence for people that says what is missing; then no login is tried. */
export type PasswordSource = () => Result<string, string>;

/** What a client needs to know. `createValtClient` throws on an address or a certificate that cannot be used. */
export interface ValtSettings extends ServerFacts {
  /** `https://host[:port][/prefix]`; without a scheme https is meant. `/api/v3` at its end may be there or not. */
  readonly url: string;
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

/** One VALT server, version 5 or 6. No method throws or rejects; every failure is a value. */
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
  /** What can be seen from outside: the certificate's end, the server's clock. Sends no secrets. */
  inspect(): Promise<Result<ServerInspection, ValtFailure>>;
  /** Lets what is under way end; every later call fails. */
  end(): void;
  /** Breaks off what is under way; every later call fails. May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens nothing yet. Throws `TypeError` for settings that cannot mean anything: an address that is
 * none, a fingerprint of the wrong length, a certificate check without https, clear text that nobody spelled out.
 */
export function createValtClient(
  settings: ValtSettings,
  tools: {
    readonly clock: Clock;
    readonly log: Log;
    /** How requests travel; over a pool of connections when absent. */
    readonly transport?: Transport;
  },
): ValtClient {
  const { clock, log } = tools;
  const { username, password, deadlineMs = 5000, connections = 8 } = settings;
  const { origin, prefix } = readAddress(settings);
  const connect = createConnector(settings.tls ?? { verify: "system" }, clock);
  const transport = tools.transport ?? createTransport({ origin, connect, connections, deadlineMs }, clock);
  const health = createHealth(clock, log);
  const findPassword = typeof password === "string" ? () => given(password) : password;
  const { ask, login, end } = createAsk({
    transport,
    username,
    password: findPassword,
    prefix,
    deadlineMs,
    health,
    clock,
    log,
  });
  const versions = createVersionSource(ask, settings.serverVersion);
  return {
    ...createRoomCalls(ask),
    ...createCommandCalls(ask, clock),
    ...createMarkCalls(ask, versions, settings),
    ...createCameraCalls(ask, clock),
    ...createPeopleCalls(ask, versions, settings),
    schedules: (room) => askSchedules(ask, room),
    version: () => versions.ask(),
    health: () => health.read(),
    inspect: () => inspectServer({ origin, deadlineMs }, clock),
    end,
    close: () => transport.close(),
    async authenticate(asker = "person") {
      const ticket = await login.login(asker);
      return ticket.ok ? succeed(undefined) : ticket;
    },
  };
}

function given(password: string): Result<string, string> {
  return password === "" ? fail("No password was given.") : succeed(password);
}

/** User name and password in the address are dropped: they have settings of their own. */
function readAddress({ url, tls }: ValtSettings): { readonly origin: string; readonly prefix: string } {
  const address = readServerAddress(url);
  if (address === undefined)
    throw new TypeError("the VALT server's address must look like https://valt.example.com");
  if (isInTheClear(address) && tls?.verify !== "none")
    throw new TypeError(
      'http:// sends the password in clear text over the network: use https://, or say that it is meant with "tls": "none"',
    );
  if (tls?.verify === "none" && address.protocol !== "http:")
    throw new TypeError('"tls": "none" goes with an address that begins with http://');
  const needsTls = tls?.verify === "fingerprint" || tls?.verify === "ca-file";
  if (needsTls && address.protocol !== "https:") {
    throw new TypeError("a certificate can only be checked when the address begins with https://");
  }
  const api = address.pathname.search(API);
  const folder = api < 0 ? address.pathname : address.pathname.slice(0, api);
  return { origin: address.origin, prefix: withoutTrailing(folder, "/") };
}

/** People copy it from the vendor's pages: it is added here in any case. */
const API = /\/api\/v3(?:\/|$)/i;
