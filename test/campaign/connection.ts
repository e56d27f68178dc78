import type { Cancel, Clock } from "../../src/base/clock.ts";
import type { Chance } from "./chance.ts";

/** How packets fare between one bridge's machine and the server; shares are of each packet or use. */
export interface PathWeather {
  /** `cut`: packets vanish, and nobody is told. */
  way: "open" | "cut";
  /** One way. */
  latencyMs: readonly [least: number, most: number];
  /** Packets that are lost on the way: the sender's kernel sends them again later. */
  loss: number;
  /** Connections of which the server hears nothing any more from a request on (a forgetful firewall). */
  deafToRequests: number;
  /** Connections of which the client hears nothing any more from an answer on. */
  deafToAnswers: number;
}

export const fairPath: PathWeather = {
  way: "open",
  latencyMs: [2, 30],
  loss: 0,
  deafToRequests: 0,
  deafToAnswers: 0,
};

export interface Path {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly weather: PathWeather;
  /** Connections that are used on although one side hears nothing any more. */
  readonly deaf: Set<Connection>;
}

/** What a packet carries, and when the sender's process wrote it. */
interface Packet {
  readonly bytes: Buffer | "fin";
  readonly sentMs: number;
}

/** Linux begins here and doubles. */
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 120_000;
/** What a process has closed, its kernel gives up after so many; the last one is sent 51 s after the first. */
const MOST_ORPHAN_RETRIES = 8;

/** One direction of a connection: what has not passed stays in the sender's kernel, and is sent again and again. */
class Direction {
  readonly #path: Path;
  readonly #arrived: (packet: Packet) => void;
  readonly #held: Packet[] = [];
  #lastArrivalMs = 0;
  #retryMs = FIRST_RETRY_MS;
  #retries = 0;
  #isOrphan = false;
  #cancelRetry: Cancel | undefined;
  #isDeaf = false;

  constructor(path: Path, arrived: (packet: Packet) => void) {
    this.#path = path;
    this.#arrived = arrived;
  }

  send(bytes: Packet["bytes"]): void {
    this.#held.push({ bytes, sentMs: this.#path.clock.monotonicMs() });
    if (this.#cancelRetry === undefined) this.#transmit();
  }

  /** From now on nothing passes any more, and nobody is told. */
  deafen(): void {
    this.#isDeaf = true;
  }

  /** Its process has closed the connection, and the kernel sends what is left. */
  finish(): void {
    this.#isOrphan = true;
    this.send("fin");
  }

  /** What has not passed is forgotten; what is on its way arrives. */
  forget(): void {
    this.#held.length = 0;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  /** A single packet that nobody sends again, after all that is on its way. */
  signal(arrived: () => void): void {
    if (this.#passes()) this.#path.clock.after(this.#travelMs(), arrived);
  }

  #transmit(): void {
    this.#cancelRetry = undefined;
    for (let packet = this.#held[0]; packet !== undefined; packet = this.#held[0]) {
      if (!this.#passes()) {
        this.#retryLater();
        return;
      }
      this.#held.shift();
      this.#retryMs = FIRST_RETRY_MS;
      this.#retries = 0;
      const passed = packet;
      this.#path.clock.after(this.#travelMs(), () => this.#arrived(passed));
    }
  }

  #retryLater(): void {
    if (this.#isDeaf) return;
    if (this.#isOrphan && this.#retries >= MOST_ORPHAN_RETRIES) {
      this.forget();
      return;
    }
    this.#retries++;
    this.#cancelRetry = this.#path.clock.after(this.#retryMs, () => this.#transmit());
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2);
  }

  #passes(): boolean {
    const { weather, chance } = this.#path;
    return !this.#isDeaf && weather.way === "open" && !(weather.loss > 0 && chance.happens(weather.loss));
  }

  /** In the order of sending; other connections may overtake. */
  #travelMs(): number {
    const { clock, chance, weather } = this.#path;
    const nowMs = clock.monotonicMs();
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, nowMs + chance.whole(...weather.latencyMs));
    return this.#lastArrivalMs - nowMs;
  }
}

/** What a process hears of a connection. */
export interface End {
  took(bytes: Buffer, sentMs: number): void;
  /** The other side will send no more, or has reset the connection. */
  ended(how: "fin" | "reset"): void;
}

/** How a process leaves a connection; `fin` delivers first what its kernel still holds. */
export type Leaving = "fin" | "reset";

/** A TCP connection between two kernels, each of which goes on sending whatever becomes of its process. */
export class Connection {
  readonly #toServer: Direction;
  readonly #toClient: Direction;
  readonly #path: Path;
  #client: End | undefined;
  #server: End | undefined;
  #hasClientLeft = false;

  constructor(path: Path) {
    this.#path = path;
    this.#toServer = new Direction(path, ({ bytes, sentMs }) => this.#tell(this.#server, bytes, sentMs));
    this.#toClient = new Direction(path, ({ bytes, sentMs }) => this.#tell(this.#client, bytes, sentMs));
  }

  attach(whose: "client" | "server", end: End): void {
    if (whose === "client") this.#client = end;
    else this.#server = end;
  }

  /** In up to two packets. */
  write(bytes: Buffer): void {
    const { chance, weather } = this.#path;
    if (weather.deafToRequests > 0 && chance.happens(weather.deafToRequests)) this.#deafen(this.#toServer);
    const middle = chance.happens(SPLIT) ? chance.whole(1, bytes.length - 1) : bytes.length;
    this.#toServer.send(bytes.subarray(0, middle));
    if (middle < bytes.length) this.#toServer.send(bytes.subarray(middle));
  }

  /** Of the client's process; its kernel goes on with a `fin`. */
  leave(how: Leaving): void {
    if (this.#hasClientLeft) return;
    this.#hasClientLeft = true;
    this.#path.deaf.delete(this);
    this.#client = undefined;
    if (how === "fin") {
      this.#toServer.finish();
      return;
    }
    this.#toServer.forget();
    this.#toServer.signal(() => this.#end("server", "reset"));
  }

  answer(bytes: Buffer): void {
    const { chance, weather } = this.#path;
    if (weather.deafToAnswers > 0 && chance.happens(weather.deafToAnswers)) this.#deafen(this.#toClient);
    this.#toClient.send(bytes);
  }

  /** The server's process closes: politely, or because it is gone. */
  closeByServer(how: Leaving): void {
    this.#server = undefined;
    if (how === "fin") {
      this.#toClient.finish();
      return;
    }
    this.#toClient.forget();
    this.#toClient.signal(() => this.#end("client", "reset"));
  }

  #deafen(direction: Direction): void {
    direction.deafen();
    if (!this.#hasClientLeft) this.#path.deaf.add(this);
  }

  #tell(end: End | undefined, bytes: Packet["bytes"], sentMs: number): void {
    if (bytes === "fin") end?.ended("fin");
    else end?.took(bytes, sentMs);
    // Who has closed knows no such connection.
    if (end === undefined && bytes !== "fin") this.#refuse();
  }

  #refuse(): void {
    if (this.#client !== undefined && this.#server === undefined)
      this.#toClient.signal(() => this.#end("client", "reset"));
  }

  #end(whose: "client" | "server", how: Leaving): void {
    const end = whose === "client" ? this.#client : this.#server;
    if (whose === "client") this.#client = undefined;
    else this.#server = undefined;
    end?.ended(how);
  }
}

/** Requests that leave in two packets. */
const SPLIT = 0.1;
