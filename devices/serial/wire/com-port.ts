import type { PortParameters } from "../settings.ts";
import { subnegotiation } from "./telnet.ts";
import type { InputLines, OutputLines } from "./wire.ts";

/** Telnet's Com Port Control Option (RFC 2217): what a client asks for, as bytes; what a server tells, as words. */
export const COM_PORT = 44;

const SET_BAUD = 1;
const SET_DATA_BITS = 2;
const SET_PARITY = 3;
const SET_STOP_BITS = 4;
const SET_CONTROL = 5;
const SET_LINE_MASK = 10;
const SET_MODEM_MASK = 11;
/** A server's answer has its question's number and 100. */
const ANSWER = 100;

const PARITIES = { none: 1, odd: 2, even: 3, mark: 4, space: 5 } as const;
const STOP_BITS = { 1: 1, 2: 2, 1.5: 3 } as const;
const FLOWS = { none: 1, xonxoff: 2, rtscts: 3 } as const;
const CONTROLS = { dtr: { on: 8, off: 9 }, rts: { on: 11, off: 12 } } as const;

/** Overrun, parity, framing, break: the bits of the line state that matter. */
const LINE_MASK = 0b0001_1110;
const MODEM_MASK = 0b1111_0000;

/** Everything that a port is set to, in the order in which it is asked for; the flow comes before RTS. */
export function askForParameters(parameters: PortParameters): readonly Uint8Array[] {
  const { baud, dataBits, parity, stopBits, flow, dtr, rts } = parameters;
  const asked = [
    ask(SET_LINE_MASK, LINE_MASK),
    ask(SET_MODEM_MASK, MODEM_MASK),
    ask(SET_BAUD, ...bytesOf(baud)),
    ask(SET_DATA_BITS, dataBits),
    ask(SET_PARITY, PARITIES[parity]),
    ask(SET_STOP_BITS, STOP_BITS[stopBits]),
    ask(SET_CONTROL, FLOWS[flow]),
    ask(SET_CONTROL, CONTROLS.dtr[dtr]),
  ];
  return flow === "rtscts" ? asked : [...asked, ask(SET_CONTROL, CONTROLS.rts[rts])];
}

/** The questions that set DTR and RTS (RFC 2217, SET-CONTROL). */
export function askForOutputs({ dtr, rts }: OutputLines): readonly Uint8Array[] {
  return [
    ask(SET_CONTROL, CONTROLS.dtr[dtr ? "on" : "off"]),
    ask(SET_CONTROL, CONTROLS.rts[rts ? "on" : "off"]),
  ];
}

/** What a server told. */
export type ComPortNews =
  | {
      readonly kind: "set";
      readonly what: "baud" | "dataBits" | "parity" | "stopBits";
      readonly value: number;
    }
  | { readonly kind: "line"; readonly damage: string | undefined; readonly hasBreak: boolean }
  | { readonly kind: "modem"; readonly inputs: InputLines }
  | { readonly kind: "suspend" | "resume" };

/** Undefined for what needs no attention, and for nonsense. */
export function readNews(bytes: Uint8Array): ComPortNews | undefined {
  const [code = 0, value] = bytes;
  if (code === ANSWER + SUSPEND) return { kind: "suspend" };
  if (code === ANSWER + RESUME) return { kind: "resume" };
  if (value === undefined) return undefined;
  switch (code) {
    case ANSWER + SET_BAUD:
      return bytes.length === 5
        ? { kind: "set", what: "baud", value: numberIn(bytes.subarray(1)) }
        : undefined;
    case ANSWER + SET_DATA_BITS:
      return { kind: "set", what: "dataBits", value };
    case ANSWER + SET_PARITY:
      return { kind: "set", what: "parity", value };
    case ANSWER + SET_STOP_BITS:
      return { kind: "set", what: "stopBits", value };
    case ANSWER + NOTIFY_LINE:
      return { kind: "line", damage: damageIn(value), hasBreak: (value & 0b1_0000) !== 0 };
    case ANSWER + NOTIFY_MODEM:
      return { kind: "modem", inputs: inputsIn(value) };
    default:
      return undefined;
  }
}

const NOTIFY_LINE = 6;
const NOTIFY_MODEM = 7;
const SUSPEND = 8;
const RESUME = 9;

/** What a server must have answered before the port is as it was asked to be. */
export function expectedAnswers(parameters: PortParameters): ReadonlyMap<string, number> {
  return new Map([
    ["baud", parameters.baud],
    ["dataBits", parameters.dataBits],
    ["parity", PARITIES[parameters.parity]],
    ["stopBits", STOP_BITS[parameters.stopBits]],
  ]);
}

function ask(command: number, ...value: readonly number[]): Uint8Array {
  return subnegotiation(COM_PORT, [command, ...value]);
}

function bytesOf(number: number): readonly number[] {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff);
}

function numberIn(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

function damageIn(state: number): string | undefined {
  if ((state & 0b0100) !== 0) return "parity error";
  if ((state & 0b1000) !== 0) return "framing error";
  return (state & 0b0010) !== 0 ? "overrun" : undefined;
}

function inputsIn(state: number): InputLines {
  const isOn = (bit: number) => (state & bit) !== 0;
  return { cts: isOn(0x10), dsr: isOn(0x20), ri: isOn(0x40), dcd: isOn(0x80) };
}
