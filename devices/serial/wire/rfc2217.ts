import type { Socket } from "node:net";
import { fail, type OpenFailure, peerId, succeed } from "../../../src/driver/contract.ts";
import { readInSlices } from "../../../src/driver/in-slices.ts";
import { endSocket, followEnd } from "../../../src/driver/stream-socket.ts";
import { refusalOf } from "../failures.ts";
import { placeName } from "../place.ts";
import { DO, DONT, WILL, WONT } from "../telnet-codes.ts";
import {
  askForOutputs,
  askForParameters,
  COM_PORT,
  type ComPortNews,
  expectedAnswers,
  readNews,
} from "./com-port.ts";
import { type NetworkPlace, reach, writeBounded } from "./socket.ts";
import { createTelnetReader, escapeTelnet, negotiation, type TelnetEars } from "./telnet.ts";
import {
  type InputLines,
  MOST_UNSENT_BYTES,
  type OpenTransport,
  type TransportRequest,
  type TransportResult,
  type Wire,
} from "./wire.ts";

/** A port of another machine whose rate and modem lines are set from here (RFC 2217). */
export async function openRfc2217(place: NetworkPlace, request: TransportRequest): Promise<TransportResult> {
  const { host, signal } = request;
  const name = placeName(place);
  const reached = await reach(place, { name, clock: host.clock, signal });
  if (!reached.ok) return fail(reached.failure);
  const socket = reached.value;
  const control = createControl(socket, request);
  const failure = await agree(control, { socket, request, name });
  if (failure !== undefined) {
    socket.destroy();
    return fail(failure);
  }
  return succeed(createTransport(control, { socket, request, name }));
}

interface Connection {
  readonly socket: Socket;
  readonly request: TransportRequest;
  readonly name: string;
}

/** The telnet side of one connection: it answers what is offered, and tells data and news to whoever listens now. */
interface Control {
  readonly ears: {
    took(bytes: Uint8Array): void;
    heard(news: ComPortNews): void;
    /** Whether the other side lets the port be controlled. */
    answered(willingness: "willing" | "unwilling"): void;
    dropped(reason: string): void;
  };
  send(bytes: Uint8Array): boolean;
}

const BINARY = 0;
const SUPPRESS_GO_AHEAD = 3;
const OURS = [BINARY, SUPPRESS_GO_AHEAD, COM_PORT];

function createControl(socket: Socket, { host }: TransportRequest): Control {
  const answered = new Set<string>();
  const control: Control = {
    ears: {
      took: () => undefined,
      heard: () => undefined,
      answered: () => undefined,
      dropped: () => undefined,
    },
    send: (bytes) => writeBounded(socket, bytes),
  };
  /** Each offer is answered once, so that no two machines can keep each other busy. */
  function answer(verb: number, option: number): void {
    const key = `${verb} ${option}`;
    if (answered.has(key)) return;
    answered.add(key);
    control.send(negotiation(verb, option));
  }
  const ears: TelnetEars = {
    took: (bytes) => control.ears.took(bytes),
    dropped: (reason) => control.ears.dropped(reason),
    offered(verb, option) {
      if (option === COM_PORT && verb !== WONT)
        control.ears.answered(verb === DONT ? "unwilling" : "willing");
      if (verb === DO && !OURS.includes(option)) answer(WONT, option);
      if (verb === WILL && !OURS.includes(option)) answer(DONT, option);
      if (verb === WILL && option === COM_PORT) answer(DO, option);
    },
    told(option, bytes) {
      const news = option === COM_PORT ? readNews(bytes) : undefined;
      if (news !== undefined) control.ears.heard(news);
    },
  };
  void readInSlices(socket, host.clock, createTelnetReader(ears, host.clock));
  return control;
}

const AGREE_LIMIT_MS = 3000;
/** A server that refuses says why and closes: what is written to it meanwhile would end the connection before that is read. */
const REFUSAL_MS = 100;
const NEVER = new Promise<string>(() => undefined);
/** As much as a server says when it refuses somebody. */
const LONGEST_SAYING = 256;

/** Undefined once the far port is as it was asked to be. */
async function agree(control: Control, connection: Connection): Promise<OpenFailure | undefined> {
  const { request, name } = connection;
  const willing = new Promise<string>((resolve) => {
    control.ears.answered = resolve;
  });
  let said = "";
  control.ears.took = (bytes) => {
    if (said.length < LONGEST_SAYING) said += Buffer.from(bytes).toString("latin1");
  };
  await orEnd(connection, NEVER, REFUSAL_MS);
  for (const option of OURS) control.send(negotiation(WILL, option));
  for (const option of [BINARY, SUPPRESS_GO_AHEAD]) control.send(negotiation(DO, option));
  const answer = await orEnd(connection, willing);
  if (answer === "ended") return refusalOf(name, { why: "the other side closed the connection", said });
  if (answer !== "willing")
    return {
      reason: "unsupported",
      message: `${name} does not speak RFC 2217; for raw bytes write tcp:// and set the rate in the device server.`,
    };
  const { parameters } = request;
  const wrong = hearParameters(control, expectedAnswers(parameters));
  for (const question of askForParameters(parameters)) control.send(question);
  const outcome = await orEnd(connection, wrong);
  if (outcome === "too late")
    request.host.log.warn("the device server does not confirm how the port is set", { name });
  control.ears.took = () => undefined;
  if (outcome === "too late" || outcome === "as asked") return undefined;
  if (outcome === "ended") return refusalOf(name, { why: "the other side closed the connection", said });
  return { reason: "unsupported", message: `${name}: ${outcome}.` };
}

/** `as asked` when all has been confirmed; else what was set differently. */
function hearParameters(control: Control, expected: ReadonlyMap<string, number>): Promise<string> {
  const open = new Set(expected.keys());
  return new Promise((resolve) => {
    control.ears.heard = (news) => {
      if (news.kind !== "set" || !open.has(news.what)) return;
      if (news.value !== expected.get(news.what))
        resolve(`the device server set ${news.what} to ${news.value} instead of ${expected.get(news.what)}`);
      open.delete(news.what);
      if (open.size === 0) resolve("as asked");
    };
  });
}

function orEnd(
  { socket, request: { host, signal } }: Connection,
  promise: Promise<string>,
  limitMs = AGREE_LIMIT_MS,
): Promise<string> {
  return new Promise((resolve) => {
    const settle = (word: string) => {
      cancel();
      signal.removeEventListener("abort", ended);
      socket.removeListener("close", ended);
      resolve(word);
    };
    const ended = () => settle("ended");
    const cancel = host.clock.after(limitMs, () => settle("too late"));
    signal.addEventListener("abort", ended, { once: true });
    socket.once("close", ended);
    void promise.then(settle);
    if (socket.destroyed || signal.aborted) ended();
  });
}

function createTransport(control: Control, connection: Connection): OpenTransport {
  const { socket, request, name } = connection;
  socket.pause();
  let inputs: InputLines | undefined;
  let why: string | undefined;
  const outbox = createOutbox(control, (reason) => {
    why = reason;
    socket.destroy();
  });
  const wire: Wire = {
    peer: { id: peerId(name), address: name, reach: "wire", delivery: "stream" },
    write: (bytes) => outbox.write(escapeTelnet(bytes)),
    async drive(outputs) {
      for (const question of askForOutputs(outputs)) control.send(question);
    },
  };
  const ears = request.meet(wire);
  control.ears.heard = (news) => {
    if (news.kind === "modem") inputs = news.inputs;
  };
  followEnd(socket, (ending) => ears.gone(why ?? ending));
  return {
    name,
    begin() {
      if (inputs !== undefined) ears.sensed(inputs);
      Object.assign(control.ears, {
        took: (bytes: Uint8Array) => ears.took(bytes),
        // What was lost with it may have been a part of what is being received.
        dropped: (reason: string) => ears.damaged(reason),
        heard(news: ComPortNews) {
          if (news.kind === "modem") ears.sensed(news.inputs);
          else if (news.kind === "line" && news.hasBreak) ears.broke();
          else if (news.kind === "line" && news.damage !== undefined) ears.damaged(news.damage);
          else if (news.kind === "suspend" || news.kind === "resume") outbox[news.kind]();
        },
      });
      socket.resume();
    },
    close: () => endSocket(socket, request.host.clock),
  };
}

/** The far end may ask for silence; what waits meanwhile is bounded. */
function createOutbox(control: Control, overflowed: (why: string) => void) {
  let waiting: Uint8Array[] | undefined;
  let waitingBytes = 0;
  const send = (bytes: Uint8Array) => {
    if (!control.send(bytes)) overflowed("the other side does not read what it is sent");
  };
  return {
    write(bytes: Uint8Array): void {
      if (waiting === undefined) {
        send(bytes);
        return;
      }
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (waitingBytes > MOST_UNSENT_BYTES) overflowed("the other side does not take what it is sent");
    },
    suspend(): void {
      waiting ??= [];
    },
    resume(): void {
      const late = waiting ?? [];
      waiting = undefined;
      waitingBytes = 0;
      for (const bytes of late) send(bytes);
    },
  };
}
