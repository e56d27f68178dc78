import type { DeviceHost, OpenFailure, Result } from "../../src/driver/contract.ts";
import type { ControlBook } from "./control-book.ts";
import { createIntake, type Intake } from "./intake.ts";
import { createRouteBook, type Route, type RouteBook } from "./route.ts";
import type { OscSettings } from "./settings.ts";
import { createStrokeReader } from "./stroke.ts";

/** What all sockets of one open device share. */
export interface Session {
  readonly settings: OscSettings;
  /** Silent once the session has ended, and says `lost` only once. */
  readonly host: DeviceHost;
  readonly signal: AbortSignal;
  readonly intake: Intake;
  /** Datagram peers; a flood of forged ones must not push out a stream. */
  readonly datagramRoutes: RouteBook;
  readonly streamRoutes: Map<string, Route>;
  readonly hasEnded: () => boolean;
  end(): void;
}

/** One socket that was opened, whatever its sort. */
export interface OpenSocket {
  /** For people, with the port that was chosen. */
  readonly url: string;
  /** Where pushes and lamps go, for a connection or a target. */
  readonly standing?: Route;
  close(): Promise<void>;
}

export type SocketResult<Socket extends OpenSocket = OpenSocket> = Result<Socket, OpenFailure>;

export function createSession(request: {
  readonly settings: OscSettings;
  readonly host: DeviceHost;
  readonly signal: AbortSignal;
  readonly controls: ControlBook;
}): Session {
  let hasEnded = false;
  const host = quietAfter(request.host, () => hasEnded);
  const intake = createIntake(host, request.controls, createStrokeReader(request.settings.words));
  return {
    settings: request.settings,
    host,
    signal: request.signal,
    intake,
    datagramRoutes: createRouteBook(),
    streamRoutes: new Map(),
    hasEnded: () => hasEnded,
    end() {
      hasEnded = true;
      intake.close();
    },
  };
}

/** Sockets still report for a moment while they close; the host has been told all it needs by then. */
function quietAfter(host: DeviceHost, hasEnded: () => boolean): DeviceHost {
  let isLost = false;
  return {
    clock: host.clock,
    log: host.log,
    admits: (address) => host.admits(address),
    names: (address) => host.names?.(address) ?? false,
    knows: (peer) => host.knows?.(peer) ?? true,
    emit: (event, from) => {
      if (hasEnded()) return;
      if (from === undefined) host.emit(event);
      else host.emit(event, from);
    },
    request: (message, from, stroke) => {
      if (!hasEnded()) host.request(message, from, stroke);
    },
    vouchesFor: (peer) => host.vouchesFor?.(peer) ?? true,
    joined: (peer) => {
      if (!hasEnded()) host.joined(peer);
    },
    parted: (peer) => {
      if (!hasEnded()) host.parted(peer);
    },
    answered: (peer) => host.answered?.(peer) ?? Promise.resolve(),
    noticed: (what) => {
      if (!hasEnded()) host.noticed?.(what);
    },
    dropped: (reason, from) => {
      if (hasEnded()) return;
      if (from === undefined) host.dropped(reason);
      else host.dropped(reason, from);
    },
    // The last frames are sent while closing and belong into a recording.
    traced: (direction, bytes, channel) => host.traced(direction, bytes, channel),
    lost: (reason) => {
      if (hasEnded() || isLost) return;
      isLost = true;
      host.lost(reason);
    },
  };
}
