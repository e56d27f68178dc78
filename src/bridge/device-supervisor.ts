import { type Backoff, createBackoff } from "../base/backoff.ts";
import { type Clock, pause, within } from "../base/clock.ts";
import type { ControlId } from "../base/identifiers.ts";
import { createThinning, type Log, type Thinning } from "../base/log.ts";
import { fail, type Result } from "../base/result.ts";
import type {
  ControlEvent,
  DeviceHost,
  DeviceKind,
  OpenDevice,
  OpenFailure,
  Peer,
} from "../driver/contract.ts";

/** How a device is opened, and who listens to it while it is open. */
export interface SupervisedDevice {
  /** Calls back when something was plugged in that might be this device. */
  readonly watchArrivals?: DeviceKind["watchArrivals"] | undefined;
  /** What peers of its link may do, and what they say. */
  readonly link: LinkListener | undefined;
  open(host: DeviceHost, signal: AbortSignal): Promise<Result<OpenDevice, OpenFailure>>;
  opened(device: OpenDevice): void;
  take(event: ControlEvent, from: Peer | undefined): void;
  traced: DeviceHost["traced"];
  /** Before the device is closed: whatever was held or shown is forgotten. */
  lost(why: string): void;
}

interface LinkListener
  extends Required<Pick<DeviceHost, "request" | "joined" | "revived" | "standing" | "parted" | "answered">> {
  /** Who may speak, by the mapping as it is now. */
  readonly access: Required<Pick<DeviceHost, "admits" | "names" | "knows" | "vouchesFor">> & {
    findTouchObjection(peer: Peer): string | undefined;
  };
}

export type DeviceStatus =
  | { readonly kind: "opening" }
  | { readonly kind: "open"; readonly productName: string; readonly sinceMs: number }
  | { readonly kind: "lost"; readonly why: string; readonly sinceMs: number };

const CLOSE_WITHIN_MS = 2000;
const ARRIVAL_DELAYS_MS = [250, 750, 2000];
/** Whoever forges addresses fills no log. */
const MOST_DROPS_TOLD = 100;
/** A device that is lost sooner is opened again ever more slowly, or it would flood the log. */
const STEADY_MS = 10_000;

/** Keeps one device open: the only place that retries. Says once when it is lost and once when it is back. */
export class Supervisor {
  readonly #device: SupervisedDevice;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  readonly #backoff: Backoff;
  readonly #thinDrops: Thinning;
  readonly #drops = new Map<string, number>();
  #noticed: string | undefined;
  #status: DeviceStatus = { kind: "opening" };
  #current: OpenDevice | undefined;
  #waiting = new AbortController();
  #eagerDelaysMs: number[] = [];
  #session: Session | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(device: SupervisedDevice, clock: Clock, log: Log) {
    this.#device = device;
    this.#clock = clock;
    this.#log = log;
    this.#thinDrops = createThinning(clock, MOST_DROPS_TOLD);
    this.#backoff = createBackoff({ firstMs: 500, longestMs: 10_000, factor: 2, jitter: 0.2 }, clock);
  }

  start(): void {
    const { watchArrivals } = this.#device;
    this.#attempt("watching for arrivals", () =>
      watchArrivals?.(() => this.#arrive(), this.#stopping.signal),
    );
    this.#ended = this.#keepOpen();
  }

  status(): DeviceStatus {
    return this.#status;
  }

  current(): OpenDevice | undefined {
    return this.#current;
  }

  /** How many messages were dropped, by reason. */
  drops(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#drops);
  }

  /** Tells the device of edited bindings; false when it must be opened anew for that. */
  rename(named: readonly ControlId[]): boolean {
    if (this.#current === undefined) return true;
    const { panel } = this.#current;
    // Controls that are there whatever a mapping binds need no new name.
    if (panel?.rename === undefined)
      return named.every((id) => panel?.controls.some((control) => control.id === id));
    panel.rename(named);
    return true;
  }

  /** What is odd at the moment, as a sentence. */
  notice(): string | undefined {
    return this.#noticed;
  }

  /** Something was not taken in: counted, and logged once a minute and source. */
  countDrop(reason: string, source: string): void {
    const count = (this.#drops.get(reason) ?? 0) + 1;
    this.#drops.set(reason, count);
    if (this.#thinDrops(`${reason} ${source}`) === undefined) return;
    this.#log.warn("message dropped", { reason, source, soFar: count });
  }

  #notice(what: string | undefined): void {
    if (what === this.#noticed) return;
    this.#noticed = what;
    if (what !== undefined) this.#log.warn("something is odd", { what });
  }

  /** The device does not do what it is told: it is closed and opened again later. */
  giveUp(why: string): void {
    this.#session?.host.lost(why);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#waiting.abort();
    await this.#ended;
  }

  async #keepOpen(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const ending = await this.#openOnce(signal);
      if (signal.aborted) return;
      this.#say(ending);
      this.#waiting = new AbortController();
      const delayMs = this.#eagerDelaysMs.shift() ?? this.#backoff.nextMs();
      await pause(this.#clock, delayMs, this.#waiting.signal);
    }
  }

  /** What was plugged in may need a moment before it can be opened: it is tried at once, and after 0.25 s, 1 s and 3 s. */
  #arrive(): void {
    if (this.#current !== undefined) return;
    this.#eagerDelaysMs = [...ARRIVAL_DELAYS_MS];
    this.#waiting.abort();
  }

  /** One opening, from the attempt to its end. What it hangs on its signal goes with it. */
  async #openOnce(stopping: AbortSignal): Promise<Ending> {
    const opening = new AbortController();
    const session = new Session({
      device: this.#device,
      clock: this.#clock,
      log: this.#log,
      dropped: (reason, from) => this.countDrop(reason, from?.address ?? ""),
      noticed: (what) => this.#notice(what),
    });
    this.#session = session;
    const stop = () => {
      // It is not heard any more before it begins to close.
      session.stop();
      opening.abort();
    };
    stopping.addEventListener("abort", stop, { once: true });
    const ending = await this.#live(session, opening.signal);
    stopping.removeEventListener("abort", stop);
    return ending;
  }

  async #live(session: Session, signal: AbortSignal): Promise<Ending> {
    const clock = this.#clock;
    const result = await this.#open(session, signal);
    if (!result.ok) {
      session.stop();
      return { why: result.failure.message, reason: result.failure.reason };
    }
    const device = result.value;
    this.#current = device;
    this.#status = { kind: "open", productName: device.productName, sinceMs: clock.monotonicMs() };
    this.#log.info("device open", { product: device.productName });
    const openedMs = clock.monotonicMs();
    const fault = this.#attempt("furnishing the device", () => this.#device.opened(device));
    if (fault !== undefined) session.host.lost(fault);
    const why = await session.ended;
    if (clock.monotonicMs() - openedMs >= STEADY_MS) this.#backoff.reset();
    this.#current = undefined;
    this.#noticed = undefined;
    this.#attempt("clearing the device away", () => this.#device.lost(why));
    await this.#close(device);
    return { why, reason: "lost" };
  }

  async #open(session: Session, signal: AbortSignal): Promise<Result<OpenDevice, OpenFailure>> {
    try {
      return await this.#device.open(session.host, signal);
    } catch (error) {
      return fail({ reason: "failed", message: String(error) });
    }
  }

  async #close(device: OpenDevice): Promise<void> {
    const closing = async () => {
      try {
        await device.close();
      } catch (error) {
        this.#log.warn("device did not close cleanly", { why: String(error) });
      }
    };
    await within(this.#clock, closing(), CLOSE_WITHIN_MS);
  }

  /** A bug in one place must not leave the device dead for ever: it is told, and returned as a sentence. */
  #attempt(what: string, task: () => void): string | undefined {
    try {
      task();
      return undefined;
    } catch (error) {
      const why = String(error);
      this.#log.error(`unexpected while ${what}`, { why });
      return why;
    }
  }

  /** Lost is said once; that it still is not there is no news, but that it is held or forbidden is. */
  #say({ why, reason }: Ending): void {
    const before = this.#status.kind === "lost" ? this.#status : undefined;
    const sinceMs = before?.sinceMs ?? this.#clock.monotonicMs();
    this.#status = { kind: "lost", why, sinceMs };
    if (before !== undefined && (reason === "not-found" || before.why === why)) return;
    this.#log.warn("device not there", { why });
  }
}

interface Ending {
  readonly why: string;
  readonly reason: OpenFailure["reason"] | "lost";
}

interface SessionTools extends Pick<DeviceHost, "clock" | "log" | "dropped"> {
  readonly device: SupervisedDevice;
  noticed(what: string | undefined): void;
}

/** One opening of the device: what it says counts until it is lost, stopped or not opened. Nobody else silences it. */
class Session {
  readonly host: DeviceHost;
  readonly ended: Promise<string>;
  readonly stop = () => this.#end("stopped");
  #end: (why: string) => void = () => undefined;

  constructor({ device, clock, log, dropped, noticed }: SessionTools) {
    const { link } = device;
    let isAlive = true;
    this.ended = new Promise((resolve) => {
      this.#end = (why) => {
        isAlive = false;
        resolve(why);
      };
    });
    this.host = {
      clock,
      log,
      emit: (event, from) => {
        if (!isAlive) return;
        const objection = from && link?.access.findTouchObjection(from);
        if (objection === undefined) device.take(event, from);
        else dropped(objection, from);
      },
      request: (message, from, stroke) => isAlive && link?.request(message, from, stroke),
      admits: (address) => isAlive && link?.access.admits(address) !== false,
      names: (address) => link?.access.names(address) === true,
      knows: (peer) => link?.access.knows(peer) !== false,
      vouchesFor: (peer) => link?.access.vouchesFor(peer) !== false,
      joined: (peer) => isAlive && link?.joined(peer),
      revived: (peer, standing) => isAlive && link?.revived(peer, standing) === true,
      standing: (peer) => (isAlive ? link?.standing(peer) : undefined),
      parted: (peer) => isAlive && link?.parted(peer),
      answered: (peer) => link?.answered(peer) ?? Promise.resolve(),
      noticed: (what) => isAlive && noticed(what),
      traced: (direction, bytes, channel) => device.traced(direction, bytes, channel),
      dropped: (reason, from) => isAlive && dropped(reason, from),
      lost: (reason) => this.#end(reason),
    };
  }
}
