import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { cleanUpLater } from "../../driver/hid/noting-host.ts";

/**
 * A Network Dock or Studio on TCP, written from the description of the protocol: packets of fixed length
 * (`legacy`) or with a header (`cora`), a keep-alive that the host must answer, and a second port for the deck
 * that is plugged in.
 */
export interface FakeDockSettings {
  readonly dialect: "legacy" | "cora";
  readonly productId: number;
  readonly serialNumber: string;
  readonly child?: { readonly productId: number; readonly serialNumber: string };
  /** Sends everything in pieces of so many bytes. */
  readonly pieceBytes?: number;
  readonly keepAliveMs?: number;
}

export interface FakeDock {
  readonly port: number;
  readonly box: FakePort;
  readonly deck: FakePort;
  /** The dock tells its hosts that the deck has gone, and drops its connections. */
  unplug(): void;
  /** Another deck is there, and the dock never told that its port was empty. */
  replug(child: NonNullable<FakeDockSettings["child"]>): void;
  close(): void;
}

export interface Heard {
  readonly kind: "write" | "feature";
  readonly payload: Buffer;
}

/** One of the two ports, with all hosts that are connected to it. */
export interface FakePort {
  readonly heard: Heard[];
  /** Connection numbers with which the host answered keep-alives. */
  readonly alive: number[];
  connections(): number;
  /** An input report for every host; several at once arrive glued together. */
  report(...reports: readonly Buffer[]): void;
  /** No keep-alive any more, and no answers. */
  fallSilent(): void;
  drop(): void;
}

export async function startFakeDock(settings: FakeDockSettings): Promise<FakeDock> {
  let child = settings.child;
  let deckPort = 0;
  const plugged = () => {
    const report = Buffer.alloc(settings.dialect === "legacy" ? 512 : 256);
    report.set([0x01, 0x0b]);
    if (child === undefined) return report;
    report[4] = 2;
    report.writeUInt16LE(0x0fd9, 26);
    report.writeUInt16LE(child.productId, 28);
    report.write(child.serialNumber, 94, "latin1");
    report.writeUInt16LE(deckPort, 126);
    return report;
  };
  const answerBox = (id: number): Buffer | undefined => {
    const report = Buffer.alloc(128);
    report.set([0x03, id]);
    if (id === 0x80) {
      report.writeUInt16LE(0x0fd9, 12);
      report.writeUInt16LE(settings.productId, 14);
      return report;
    }
    if (id === 0x84) {
      report[3] = settings.serialNumber.length;
      report.write(settings.serialNumber, 4, "latin1");
      return report;
    }
    return id === 0x1c ? plugged() : undefined;
  };
  const box = new Port(settings, answerBox);
  const deck = new Port(settings, (id) => (id === 0x1c ? plugged() : undefined));
  const boxServer = await serve(box);
  const deckServer = await serve(deck);
  deckPort = (deckServer.address() as AddressInfo).port;
  const dock: FakeDock = {
    port: (boxServer.address() as AddressInfo).port,
    box,
    deck,
    unplug() {
      child = undefined;
      box.report(plugged());
    },
    replug(other) {
      child = other;
      box.report(plugged());
    },
    close() {
      for (const port of [box, deck]) port.drop();
      boxServer.close();
      deckServer.close();
    },
  };
  cleanUpLater(dock.close);
  return dock;
}

async function serve(port: Port): Promise<Server> {
  const server = createServer((socket) => port.welcome(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const MAGIC = Buffer.from("43938a41", "hex");

class Port implements FakePort {
  readonly heard: Heard[] = [];
  readonly alive: number[] = [];
  readonly #settings: FakeDockSettings;
  readonly #answer: (id: number) => Buffer | undefined;
  readonly #sockets = new Set<Socket>();
  #isSilent = false;

  constructor(settings: FakeDockSettings, answer: (id: number) => Buffer | undefined) {
    this.#settings = settings;
    this.#answer = answer;
  }

  connections(): number {
    return this.#sockets.size;
  }

  report(...reports: readonly Buffer[]): void {
    for (const socket of this.#sockets)
      this.#send(
        socket,
        reports.map((one) => ({ payload: one })),
      );
  }

  fallSilent(): void {
    this.#isSilent = true;
  }

  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  welcome(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    let rest = Buffer.alloc(0);
    socket.on("data", (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      for (let taken = this.#take(rest); taken !== undefined; taken = this.#take(rest)) {
        rest = rest.subarray(taken.bytes);
        this.#hear(socket, taken);
      }
    });
    const number = this.#sockets.size + 6;
    const sayAlive = () => {
      const payload = Buffer.alloc(32);
      payload.set([0x01, 0x0a, 0, 0, 0, number]);
      if (!this.#isSilent) this.#send(socket, [{ payload, operation: 0, messageId: 77 }]);
    };
    const timer = setInterval(sayAlive, this.#settings.keepAliveMs ?? 1000);
    sayAlive();
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearInterval(timer);
      this.#sockets.delete(socket);
    });
  }

  #take(rest: Buffer): Taken | undefined {
    if (this.#settings.dialect === "legacy") {
      if (rest.length < 1024) return undefined;
      const payload = Buffer.from(rest.subarray(0, 1024));
      return { payload, bytes: 1024, flags: undefined, operation: undefined, messageId: 0 };
    }
    if (rest.length < 16) return undefined;
    if (!rest.subarray(0, 4).equals(MAGIC)) throw new Error("the host sent a packet without its start");
    const bytes = 16 + rest.readUInt32LE(12);
    if (rest.length < bytes) return undefined;
    return {
      payload: Buffer.from(rest.subarray(16, bytes)),
      bytes,
      flags: rest.readUInt16LE(4),
      operation: rest.readUInt8(6),
      messageId: rest.readUInt32LE(8),
    };
  }

  #hear(socket: Socket, taken: Taken): void {
    const { payload, messageId } = taken;
    const answer = isQuestion(taken) ? this.#answer(payload[1] ?? 0) : undefined;
    if (payload[0] === 0x03 && payload[1] === 0x1a) this.#hearAlive(taken);
    else if (!isQuestion(taken)) this.#hearReport(taken);
    else if (answer !== undefined && !this.#isSilent)
      this.#send(socket, [{ payload: answer, operation: 2, messageId }]);
  }

  #hearAlive({ payload, flags, messageId }: Taken): void {
    const isRight = flags === undefined || (flags === 0x0200 && messageId === 77);
    this.alive.push(isRight ? payload[2]! : -1);
  }

  #hearReport({ payload, flags }: Taken): void {
    if (flags !== undefined && flags !== 0x8000) throw new Error("a report that is not passed on");
    this.heard.push({ kind: payload[0] === 0x02 ? "write" : "feature", payload });
  }

  #send(socket: Socket, packets: readonly Packet[]): void {
    const bytes = Buffer.concat(packets.map((packet) => this.#encode(packet)));
    const size = this.#settings.pieceBytes ?? bytes.length;
    for (let at = 0; at < bytes.length; at += size) socket.write(bytes.subarray(at, at + size));
  }

  #encode({ payload, operation = 0, messageId = 0 }: Packet): Buffer {
    if (this.#settings.dialect === "legacy") {
      const packet = Buffer.alloc(512);
      payload.copy(packet);
      return packet;
    }
    const header = Buffer.alloc(16);
    MAGIC.copy(header);
    header.writeUInt8(operation, 6);
    header.writeUInt32LE(messageId, 8);
    header.writeUInt32LE(payload.length, 12);
    return Buffer.concat([header, payload]);
  }
}

interface Packet {
  readonly payload: Buffer;
  readonly operation?: number;
  readonly messageId?: number;
}

interface Taken {
  readonly payload: Buffer;
  readonly bytes: number;
  readonly flags: number | undefined;
  readonly operation: number | undefined;
  readonly messageId: number;
}

/** In packets without a header a question is told by its id. */
function isQuestion({ payload, operation }: Taken): boolean {
  const [first, second = 0] = payload;
  if (operation !== undefined) return operation === 2;
  return first === 0x03 && (second >= 0x80 || second === 0x1c);
}
