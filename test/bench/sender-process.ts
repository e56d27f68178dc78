/** Sends datagrams from a process of its own, so that neither bridge nor server waits for the sender. */
import { createSocket, type Socket } from "node:dgram";
import { encodePacket } from "../../devices/osc/encode.ts";
import { answerParent } from "./answering.ts";

export interface Volley {
  readonly port: number;
  /** Addresses that are used in turn. */
  readonly addresses: readonly string[];
  readonly count: number;
  /** Present: each packet carries this and its number as its text. */
  readonly text?: string;
  /** Left out: all in one go. */
  readonly perSecond?: number;
}

/** What the bridge has answered since the last volley began. */
export interface Answered {
  readonly ok: number;
  readonly error: number;
}

let answered = { ok: 0, error: 0 };

answerParent({ send, answered: () => answered });

/** Resolves with how long it took, in milliseconds, once the system has taken every packet. */
async function send(volley: Volley): Promise<number> {
  const packets = encode(volley);
  answered = { ok: 0, error: 0 };
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.connect(volley.port, "127.0.0.1", resolve));
  // The letter behind "/valt/" tells "/valt/ok" from "/valt/error"; reading more would cost the machine too much.
  socket.on("message", (bytes) => {
    if (bytes[6] === LETTER_O) answered.ok++;
    else answered.error++;
  });
  const startedMs = performance.now();
  if (volley.perSecond === undefined) await sendAll(socket, packets);
  else await sendPaced(socket, packets, volley.perSecond);
  const tookMs = performance.now() - startedMs;
  setTimeout(() => socket.close(), ANSWERS_WITHIN_MS).unref();
  return tookMs;
}

const LETTER_O = 0x6f;
const ANSWERS_WITHIN_MS = 30_000;

function encode({ addresses, count, text }: Volley): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const address = addresses[index % addresses.length] ?? "/";
    const packet = encodePacket({ text: address, values: text === undefined ? [] : [`${text} ${index}`] });
    if (packet === undefined) throw new Error(`${address} is no address`);
    return packet;
  });
}

async function sendAll(socket: Socket, packets: readonly Uint8Array[]): Promise<void> {
  const sent = packets.map((packet) => new Promise<void>((done) => socket.send(packet, () => done())));
  await Promise.all(sent);
}

/** A timer cannot keep up with the rate, so each tick sends what is due: a few packets a millisecond. */
function sendPaced(socket: Socket, packets: readonly Uint8Array[], perSecond: number): Promise<void> {
  const startedMs = performance.now();
  let sent = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(packets.length, Math.ceil(((performance.now() - startedMs) / 1000) * perSecond));
      for (; sent < due; sent++) socket.send(packets[sent] as Uint8Array);
      if (sent < packets.length) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
}
