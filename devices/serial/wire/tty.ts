import type { SerialPort } from "serialport";
import { settledWithin } from "../../../src/base/clock.ts";
import { errorText } from "../../../src/base/error-text.ts";
import { fail, type OpenFailure, peerId, succeed } from "../../../src/driver/contract.ts";
import { readInSlices } from "../../../src/driver/in-slices.ts";
import { openFailure } from "../failures.ts";
import { createMarkReader } from "./damage-marks.ts";
import { loadTtyCalls, type TtyCalls } from "./tty-calls.ts";
import { closePort, drain, flush, isWithoutLines, openPort, readInputs, setOutputs } from "./tty-port.ts";
import {
  type InputLines,
  MOST_UNSENT_BYTES,
  type OpenTransport,
  type OutputLines,
  type TransportRequest,
  type TransportResult,
  type Wire,
  type WireEars,
} from "./wire.ts";

const HEARTBEAT_MS = 500;
/** Contacts have no interrupt that the port library would pass on. */
const CONTACT_POLL_MS = 15;
const LONGEST_ANSWER_MS = 5000;
const FLUSH_WITHIN_MS = 300;
const LONGEST_CLOSE_MS = 1000;
const IDLE_GUARD_MS = 20;

/** Opens a port of this machine, sets its lines, and keeps watching that it is still there. */
export async function openTty(path: string, request: TransportRequest): Promise<TransportResult> {
  let port: SerialPort;
  try {
    port = await openPort(path, request.parameters);
  } catch (error) {
    return fail(openFailure(error, path));
  }
  // Without a listener an error of the port would end the process.
  port.on("error", () => undefined);
  const prepared = await prepare(port, request);
  if (!("reason" in prepared)) return succeed(createTransport(port, prepared, request));
  await closePort(port);
  return fail({ ...prepared, message: `${path}: ${prepared.message}` });
}

interface Abilities {
  readonly lines: "some" | "none";
  readonly marks: "on" | "off";
  readonly calls: TtyCalls | undefined;
}

async function prepare(port: SerialPort, request: TransportRequest): Promise<Abilities | OpenFailure> {
  const { parameters } = request;
  const outputs = { dtr: parameters.dtr === "on", rts: parameters.rts === "on" };
  const why = await setOutputs(port, outputs).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (why !== undefined && !isWithoutLines(why)) return openFailure(why, "its lines");
  const lines = why === undefined ? "some" : "none";
  const calls = await loadTtyCalls();
  const isMarked = calls?.prepare(descriptorOf(port), parameters.parity) ?? false;
  // What came in between was not marked yet.
  await flush(port);
  const abilities: Abilities = { lines, calls, marks: isMarked ? "on" : "off" };
  return findInability(abilities, request) ?? abilities;
}

function findInability(
  { lines, marks, calls }: Abilities,
  request: TransportRequest,
): OpenFailure | undefined {
  const { wanted, parameters } = request;
  const missing = (text: string): OpenFailure => ({ reason: "unsupported", message: `${text}.` });
  if (lines === "none" && [...wanted].some((line) => line !== "break"))
    return missing("it has no modem lines");
  if (wanted.has("ri") && calls === undefined) return missing("the line RI can only be read on Linux");
  if (wanted.has("break") && marks === "off") return missing("breaks can only be told apart on Linux");
  const isSticky = parameters.parity === "mark" || parameters.parity === "space";
  if (isSticky && marks === "off") return missing(`parity ${parameters.parity} can only be set on Linux`);
  return undefined;
}

function createTransport(port: SerialPort, abilities: Abilities, request: TransportRequest): OpenTransport {
  const { host, wanted } = request;
  const { clock } = host;
  const cancels: (() => void)[] = [];
  let hasEnded = false;
  let closing: Promise<void> | undefined;
  const ears = request.meet(createWire(port, abilities, end));

  // An error and a close both come when a write fails, and neither when a read found the end: once is enough.
  function end(why: string): void {
    if (hasEnded) return;
    hasEnded = true;
    for (const cancel of cancels.splice(0)) cancel();
    ears.gone(why);
  }

  port.on("error", (error) => end(errorText(error)));
  port.on("close", (error: Error | null) => end(error === null ? "the port was closed" : errorText(error)));
  port.on("end", () => end("the port ended"));
  return {
    name: port.path,
    begin() {
      if (hasEnded) return;
      void readInSlices(port, clock, readerFor(abilities, ears));
      const watches = ["cts", "dsr", "dcd", "ri"].some((line) => wanted.has(line as "cts"));
      const watch = createWatch(port, { abilities, ears, end, nowMs: () => clock.monotonicMs() });
      watch();
      cancels.push(clock.every(watches ? CONTACT_POLL_MS : HEARTBEAT_MS, watch));
      if (missesInputWhenIdle()) cancels.push(clock.every(IDLE_GUARD_MS, () => undefined));
    },
    close() {
      const rest = hasEnded ? "dropped" : "sent";
      hasEnded = true;
      for (const cancel of cancels.splice(0)) cancel();
      closing ??= letGo(port, rest, request);
      return closing;
    },
  };
}

function createWire(port: SerialPort, { lines }: Abilities, end: (why: string) => void): Wire {
  const wire: Wire = {
    peer: { id: peerId(`tty:${port.path}`), address: port.path, reach: "wire", delivery: "stream" },
    write(bytes) {
      if (!port.isOpen) return;
      port.write(bytes);
      if (port.writableLength > MOST_UNSENT_BYTES) end("the other side does not take what it is sent");
    },
  };
  const drive = (outputs: OutputLines) => setOutputs(port, outputs);
  return lines === "some" ? { ...wire, drive } : wire;
}

function readerFor({ marks }: Abilities, ears: WireEars): (bytes: Uint8Array) => void {
  if (marks === "off") return (bytes) => ears.took(bytes);
  return createMarkReader({
    took: (bytes) => ears.took(bytes),
    damaged: () => ears.damaged("parity or framing error"),
    broke: () => ears.broke(),
  });
}

interface WatchTools {
  readonly abilities: Abilities;
  readonly ears: WireEars;
  readonly end: (why: string) => void;
  readonly nowMs: () => number;
}

/**
 * Reads the inputs, which is also the only way to notice that an adapter has been pulled out while the library was
 * reading (node-serialport/bindings-cpp issue 162: it then reads nothing for ever, and says nothing).
 */
function createWatch(port: SerialPort, { abilities, ears, end, nowMs }: WatchTools): () => void {
  let askedAtMs: number | undefined;
  let before = "";
  async function ask(): Promise<void> {
    const inputs = (await abilities.calls?.readInputs(descriptorOf(port))) ?? (await readInputs(port));
    const now = JSON.stringify(inputs);
    if (now !== before) ears.sensed(inputs satisfies InputLines);
    before = now;
  }
  return () => {
    if (askedAtMs !== undefined) {
      if (nowMs() - askedAtMs > LONGEST_ANSWER_MS) end("the port does not answer");
      return;
    }
    if (!port.isOpen) return;
    askedAtMs = nowMs();
    ask()
      .catch((error: unknown) => {
        // Without modem lines this is the answer of a port that is there.
        if (abilities.lines === "some" || !isWithoutLines(error)) end(errorText(error));
      })
      .finally(() => {
        askedAtMs = undefined;
      });
  };
}

/** What a stopped line still holds is thrown away, or closing would wait for it for half a minute. */
async function letGo(
  port: SerialPort,
  rest: "sent" | "dropped",
  { host: { clock } }: TransportRequest,
): Promise<void> {
  if (rest === "sent" && port.isOpen) await settledWithin(clock, drain(port), FLUSH_WITHIN_MS);
  if (port.isOpen) await settledWithin(clock, flush(port), FLUSH_WITHIN_MS);
  await settledWithin(clock, closePort(port), LONGEST_CLOSE_MS);
}

function descriptorOf(port: SerialPort): number {
  const { port: binding } = port;
  return binding !== undefined && "fd" in binding && typeof binding.fd === "number" ? binding.fd : -1;
}

/** From Node 26.3 on the library hears nothing while nothing else happens (node-serialport issue 3148). */
function missesInputWhenIdle(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 26 || (major === 26 && minor >= 3);
}
