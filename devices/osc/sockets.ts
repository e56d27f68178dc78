import { fail, type OpenFailure, type Result, succeed } from "../../src/driver/contract.ts";
import type { DatagramSocket } from "./datagram-socket.ts";
import { aimDatagrams, connectDatagrams, listenForDatagrams } from "./datagrams.ts";
import type { Endpoint } from "./endpoint.ts";
import type { OpenSocket, Session, SocketResult } from "./session.ts";
import { endpointsOf } from "./settings.ts";
import { connectStream, listenForStreams } from "./streams.ts";

/** Opens everything that the settings spell out, or nothing: after a failure what was opened is closed again. */
export async function openSockets(session: Session): Promise<Result<readonly OpenSocket[], OpenFailure>> {
  const opened: OpenSocket[] = [];
  const failure = (await openAll(session, opened)) ?? calledOff(session);
  if (failure === undefined) return succeed(opened);
  session.end();
  await Promise.all(opened.map((socket) => socket.close()));
  return fail(failure);
}

async function openAll(session: Session, opened: OpenSocket[]): Promise<OpenFailure | undefined> {
  const { listen, connect, targets } = session.settings;
  const listening: DatagramSocket[] = [];
  const plans = [
    ...endpointsOf(listen).map((endpoint) => () => openListener(endpoint, listening, session)),
    ...endpointsOf(connect).map((endpoint) => () => openConnection(endpoint, session)),
    ...endpointsOf(targets).map((endpoint) => () => aimDatagrams(endpoint, listening, session)),
  ];
  if (plans.length === 0) return NOTHING_TO_DO;
  for (const plan of plans) {
    if (session.signal.aborted) break;
    const result = await plan();
    if (!result.ok) return result.failure;
    opened.push(result.value);
  }
  return undefined;
}

const NOTHING_TO_DO: OpenFailure = {
  reason: "unsupported",
  message:
    'There is nobody to talk to: name "listen", "connect" or "targets", for example udp://127.0.0.1:9000.',
};

function calledOff(session: Session): OpenFailure | undefined {
  return session.signal.aborted
    ? { reason: "failed", message: "The opening was called off before it was done." }
    : undefined;
}

async function openListener(
  endpoint: Endpoint,
  listening: DatagramSocket[],
  session: Session,
): Promise<SocketResult> {
  if (endpoint.transport === "tcp") return listenForStreams(endpoint, session);
  const opened = await listenForDatagrams(endpoint, session);
  if (opened.ok) listening.push(opened.value.socket);
  return opened;
}

function openConnection(endpoint: Endpoint, session: Session): Promise<SocketResult> {
  return endpoint.transport === "tcp"
    ? connectStream(endpoint, session)
    : connectDatagrams(endpoint, session);
}
