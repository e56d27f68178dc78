import type { Fact } from "../../../src/journal/fact.ts";
import { type ControlName, type GestureName, wishesOf } from "../controls.ts";
import type { House } from "../house.ts";
import type { CampaignServer, PostedMark } from "../server.ts";
import type { Doer } from "../truth.ts";
import { AskBook } from "./asks.ts";
import { CalmWatch } from "./calm.ts";
import { AlarmJudge } from "./judge-alarms.ts";
import { CalmJudge } from "./judge-calm.ts";
import { judgeCommand } from "./judge-commands.ts";
import { LampJudge } from "./judge-lamps.ts";
import { judgeMarks, type MarkPress } from "./judge-marks.ts";
import { houseOf, type Scene, type Violation, type ViolationKind } from "./scene.ts";
import { Witness } from "./witness.ts";

export interface OracleTools {
  readonly clock: Scene["clock"];
  readonly server: CampaignServer;
  readonly houses: readonly House[];
  /** Something that helps to follow a violation. */
  tell(text: string): void;
}

interface Court {
  readonly witness: Witness;
  readonly alarms: AlarmJudge;
}

/**
 * Knows what should be true, from outside: it sees presses, lamps, what people are told, and what the server was asked
 * and truly is. It knows nothing of the bridge's inside.
 */
export class Oracle {
  readonly violations: Violation[] = [];
  readonly #scene: Scene;
  readonly #calm: CalmWatch;
  readonly #calmJudge: CalmJudge;
  readonly #lamps: LampJudge;
  readonly #courts = new Map<Doer, Court>();
  readonly #marks: MarkPress[] = [];
  readonly #posts: PostedMark[] = [];

  constructor({ clock, server, houses, tell }: OracleTools) {
    const object = (kind: ViolationKind, text: string) => {
      const atMs = Math.round(clock.monotonicMs());
      this.violations.push({ atMs, kind, text });
      tell(`VIOLATION ${kind}: ${text}`);
    };
    this.#scene = { clock, server, houses, asks: new AskBook(), object };
    this.#calm = new CalmWatch(this.#scene);
    this.#calmJudge = new CalmJudge(this.#scene, this.#calm);
    this.#lamps = new LampJudge(this.#scene);
    for (const house of houses) {
      const witness = new Witness(this.#scene, house.by, tell);
      this.#courts.set(house.by, { witness, alarms: new AlarmJudge(this.#scene, house, this.#calm) });
      for (const [index, panel] of house.panels.entries())
        panel.onShown(() => this.#lamps.judge(house, index + 1));
    }
    server.listen({
      acted: (command) => judgeCommand(this.#scene, command),
      marked: (post) => this.#posts.push(post),
    });
  }

  /** A gesture is complete. */
  asked(by: Doer, room: number, how: { readonly control: ControlName; readonly gesture: GestureName }): void {
    const touch = { by, room, ...how, atMs: this.#scene.clock.monotonicMs() };
    const house = houseOf(this.#scene, by);
    if (house !== undefined) this.#calmJudge.pressed(house, touch, wishesOf(how.control, how.gesture));
    this.#scene.asks.note(touch);
    this.#calm.touch(room);
  }

  /** Before the bridge hears of it: `told` runs while it does. */
  marked(by: Doer, room: number, { text, told }: { readonly text: string; told(): void }): void {
    const house = houseOf(this.#scene, by);
    const court = this.#courts.get(by);
    if (house === undefined || court === undefined) return;
    const { clock, asks } = this.#scene;
    const when = house.isFair() ? "all was well" : "in trouble";
    const order = asks.nextOrder();
    this.#marks.push({ by, room, text, atMs: clock.monotonicMs(), order, when });
    this.#calmJudge.marked(house, room, text);
    court.witness.marks({ text, order, room, atMs: clock.monotonicMs() });
    told();
  }

  /** Somebody else has done something in the room. */
  meddled(room: number): void {
    this.#calm.touch(room);
  }

  disturbed(by: Doer): void {
    const house = houseOf(this.#scene, by);
    if (house !== undefined) this.#calm.disturb(house);
  }

  killed(by: Doer): void {
    this.#courts.get(by)?.alarms.forget();
  }

  hear(by: Doer, fact: Fact): void {
    const court = this.#courts.get(by);
    if (fact.kind === "alarm") court?.alarms.hear(fact);
    else court?.witness.hear(fact);
  }

  /** Often: between two calls nothing that people see goes unjudged for longer than the interval. */
  look(): void {
    this.#calm.look();
    for (const house of this.#scene.houses) {
      const alarms = this.#courts.get(house.by)?.alarms;
      for (const index of house.panels.keys()) {
        this.#lamps.judge(house, index + 1);
        this.#calmJudge.judgeLamp(house, index + 1, alarms?.holds(index + 1) === true);
        this.#calmJudge.judgeSite(house, index + 1);
      }
      alarms?.look();
    }
  }

  /** When all is quiet again and everything was delivered. */
  judgeMarks(): void {
    judgeMarks(this.#scene, this.#marks, { acknowledged: this.acknowledged(), posts: this.#posts });
  }

  /** Marks that people were told are safe. */
  acknowledged(): ReadonlyMap<string, string> {
    return new Map([...this.#courts.values()].flatMap(({ witness }) => [...witness.acknowledged()]));
  }

  marks(): number {
    return this.#marks.length;
  }
}
