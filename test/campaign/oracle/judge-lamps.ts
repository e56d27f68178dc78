import type { House } from "../house.ts";
import type { CampaignPanel, Lamp } from "../panel.ts";
import { isRecording, isStatus } from "../truth.ts";
import { tell } from "./judge-commands.ts";
import { FRESH_MS, type Scene } from "./scene.ts";

/** The lamp is drawn within the same turn, and looked at every 50 ms. */
const DRAWING_MS = 150;

const claims = {
  recording: isRecording,
  ready: isStatus("available"),
  paused: isStatus("paused"),
  locked: isStatus("locked"),
} as const;
export type Claim = keyof typeof claims;

/** What a lamp says of its room; nothing where it says that nobody knows, that something is under way, or that something failed. */
export function claimOf({ rgb: [red = 0, green = 0, blue = 0] }: Lamp): Claim | undefined {
  if (red > 200 && green < 64 && blue < 64) return "recording";
  if (red < 64 && green > 128 && blue < 128) return "ready";
  if (red > 200 && green > 96 && green < 160 && blue < 64) return "paused";
  return red < 64 && green < 128 && blue > 200 ? "locked" : undefined;
}

/** No lamp says for longer than promised what has stopped being so. */
export class LampJudge {
  readonly #scene: Scene;
  /** What each panel says wrongly now: each lie is told once. */
  readonly #lies = new Map<CampaignPanel, Claim>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  judge(house: House, room: number): void {
    const { clock, server, object } = this.#scene;
    const panel = house.panels[room - 1] as CampaignPanel;
    const claim = claimOf(panel.lamp("tally"));
    if (claim === undefined || claim !== this.#lies.get(panel)) this.#lies.delete(panel);
    if (claim === undefined || this.#lies.has(panel)) return;
    const wasSoMs = server.truth.lastMs(room, claims[claim]);
    const allowedMs = FRESH_MS + server.trailSinceMs(room, wasSoMs) + DRAWING_MS;
    const agoMs = clock.monotonicMs() - wasSoMs;
    if (agoMs <= allowedMs) return;
    this.#lies.set(panel, claim);
    const { status } = server.truth.now(room);
    object(
      `lamp-${claim}`,
      `the panel of room ${room} at bridge ${house.by} says ${claim}, the room is ${status}, and that was so ${tell(agoMs)} ago (allowed: ${tell(allowedMs)})`,
    );
  }
}
