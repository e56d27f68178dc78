import type { DeviceHost, OpenFailure, Result } from "../../src/driver/contract.ts";
import type { ControlBook } from "./controls.ts";
import { createIntake, type Intake } from "./intake.ts";
import { createRouteBook, type Route, type RouteBook } from "./route.ts";
import type { OscSettings } from "./settings.ts";
import { createStrokeReader } from "./stroke.ts";

/** What all sockets of one open device share. */
export interface Session {
  readonly settings: OscSettings;
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

/** A socket that was opened, or why it could not be. */
export type SocketResult<Socket extends OpenSocket = OpenSocket> = Result<Socket, OpenFailure>;

/** The session of one opening of a device. */
export function createSession(request: {
  readonly settings: OscSettings;
  readonly host: DeviceHost;
  readonly signal: AbortSignal;
  readonly controls: ControlBook;
}): Session {
  const { settings, host, signal, controls } = request;
  let hasEnded = false;
  const intake = createIntake(host, controls, createStrokeReader(settings.words));
  return {
    settings,
    host,
    signal,
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
