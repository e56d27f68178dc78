import type { House } from "../house.ts";
import { isFairServer } from "../weather.ts";
import type { Scene } from "./scene.ts";

/** A connection that could not be made is tried again this much later; then the room is asked about. */
const NOTICED_MS = 8000;

/** Since when nothing is wrong that a bridge could not help: with it, its way, the server, the disk, the clocks. */
export class CalmWatch {
  readonly #scene: Scene;
  readonly #unfairMs = new Map<House, number[]>();
  readonly #seenMs = new Map<House, number[]>();
  readonly #blindMs = new Map<House, number[]>();
  readonly #touchedMs: number[] = [];
  readonly #touches: number[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
    for (const house of scene.houses) {
      this.#unfairMs.set(house, []);
      this.#seenMs.set(house, []);
      this.#blindMs.set(house, []);
    }
  }

  /** Often: what is wrong at this moment counts until the next look. */
  look(): void {
    const nowMs = this.#scene.clock.monotonicMs();
    for (const [house, unfairMs] of this.#unfairMs) {
      for (const [index, panel] of house.panels.entries()) {
        const room = index + 1;
        const isFair = isFairServer(this.#scene.server.weather, room);
        if (!isFair || !house.isFair() || !panel.isOpen()) unfairMs[room] = nowMs;
        this.#noteSight(house, room, isFair && house.reachesServer() ? "clear" : "blind");
      }
    }
  }

  #noteSight(house: House, room: number, sight: "clear" | "blind"): void {
    const nowMs = this.#scene.clock.monotonicMs();
    const blindMs = this.#blindMs.get(house) ?? [];
    const seenMs = this.#seenMs.get(house) ?? [];
    if (sight === "blind") blindMs[room] = nowMs;
    else if (nowMs - (blindMs[room] ?? 0) >= NOTICED_MS) seenMs[room] = nowMs;
  }

  /** Something sudden, such as a leap of the clocks or a new process. */
  disturb(house: House): void {
    const unfairMs = this.#unfairMs.get(house) ?? [];
    for (const index of house.panels.keys()) unfairMs[index + 1] = this.#scene.clock.monotonicMs();
  }

  /** Somebody has done something in the room. */
  touch(room: number): void {
    this.#touchedMs[room] = this.#scene.clock.monotonicMs();
    this.#touches[room] = this.touches(room) + 1;
  }

  fairSinceMs(house: House, room: number): number {
    return this.#unfairMs.get(house)?.[room] ?? 0;
  }

  /** When nothing had kept the bridge from seeing the room for long enough to see it, last. */
  seenMs(house: House, room: number): number {
    return this.#seenMs.get(house)?.[room] ?? 0;
  }

  /** How often somebody has done something there: much is done within the same millisecond. */
  touches(room: number): number {
    return this.#touches[room] ?? 0;
  }

  /** Nothing has happened to the room for so long, and all was well. */
  calmMs(house: House, room: number): number {
    const nowMs = this.#scene.clock.monotonicMs();
    // A command may act long after its press.
    const { sinceMs } = this.#scene.server.truth.now(room);
    return nowMs - Math.max(this.fairSinceMs(house, room), this.#touchedMs[room] ?? 0, sinceMs);
  }
}
