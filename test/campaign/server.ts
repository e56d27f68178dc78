import type { Clock } from "../../src/base/clock.ts";
import { fail, type Result, succeed } from "../../src/base/result.ts";
import { badToken, noToken, notFound, serverError } from "../../src/simulator/answers.ts";
import { furnish } from "../../src/simulator/furniture.ts";
import type { JsonObject } from "../../src/simulator/route.ts";
import { createRouter } from "../../src/simulator/router.ts";
import { ROUTES } from "../../src/simulator/routes.ts";
import { logIn } from "../../src/simulator/sessions.ts";
import { resolveSettings } from "../../src/simulator/settings.ts";
import { lookInto, type SimulatorWorld } from "../../src/simulator/snapshot.ts";
import { actAsSomebodyElse } from "../../src/simulator/somebody-else.ts";
import { readTarget } from "../../src/simulator/target.ts";
import { createWorld } from "../../src/simulator/world.ts";
import type { Answer } from "../../src/valt/answers.ts";
import type { ValtFailure } from "../../src/valt/failure.ts";
import type { Call, Transport } from "../../src/valt/transport.ts";
import type { Chance } from "./chance.ts";

/** How the way to the server is at the moment; probabilities for each request. */
export interface Weather {
  reachable: boolean;
  latencyMs: readonly [least: number, most: number];
  /** The request is lost on its way. */
  loseRequest: number;
  /** The server acts, and its answer is lost. */
  loseAnswer: number;
  /** The server answers 500 and does nothing. */
  fail: number;
  /** The server is so busy that it acts when nobody waits for its answer any more. */
  actLate: number;
}

export const fairWeather: Weather = {
  reachable: true,
  latencyMs: [5, 60],
  loseRequest: 0,
  loseAnswer: 0,
  fail: 0,
  actLate: 0,
};

export interface ArrivedCommand {
  /** When the bridge put it on the wire. */
  readonly sentMs: number;
  readonly room: number;
  readonly command: string;
}

export interface CampaignServer {
  readonly world: SimulatorWorld;
  readonly weather: Weather;
  /** Every command about a room's state that reached the server. */
  readonly commands: ArrivedCommand[];
  somebodyElse(room: number, what: "start" | "stop" | "pause" | "resume"): void;
  /** Sees what rooms truly are, after every request. */
  onActed(listener: () => void): void;
  /** A way to the server for one life of a bridge: when that is over, no answer arrives any more. */
  createTransport(clock: Clock): Transport;
}

const DEADLINE_MS = 5000;
/** Later than this after its deadline nothing is acted upon. */
const LATE_MS = 3000;

/** The simulator's rooms, routes and answers, without a network: requests travel on the campaign's clock. */
export function createCampaignServer(clock: Clock, chance: Chance): CampaignServer {
  const settings = resolveSettings({ rooms: 4, clock, seed: chance.whole(1, 1_000_000) });
  const world = createWorld(settings);
  furnish(world);
  const router = createRouter(ROUTES, settings.valt);
  const weather: Weather = { ...fairWeather };
  const commands: ArrivedCommand[] = [];
  const listeners: (() => void)[] = [];
  const tell = () => {
    for (const listener of listeners) listener();
  };

  function decide({ method, path, body: text }: Call, sentMs: number) {
    const target = readTarget(path);
    const body = (text === undefined ? {} : JSON.parse(text)) as JsonObject;
    const segments = target.segments ?? [];
    noteCommand(target.path, sentMs);
    if (segments[0] === "login") return logIn(world, body);
    const account = world.tokens.get(target.token ?? "");
    if (account === undefined) return target.token === undefined ? noToken : badToken;
    const match = router.find(method, segments);
    if (match === undefined || typeof match === "string") return notFound;
    return match.route.answer({ world, values: match.values, query: target.query, body, account });
  }

  function noteCommand(path: string, sentMs: number): void {
    const found = /^rooms\/(\d+)\/(?:record\/)?(start|stop|pause|resume|lock|unlock)$/.exec(path);
    if (found !== null) commands.push({ sentMs, room: Number(found[1]), command: found[2]! });
  }

  function act(call: Call, sentMs: number): Answer {
    const { status, body } = decide(call, sentMs);
    tell();
    return { httpStatus: status, text: body === undefined ? "" : JSON.stringify(body) };
  }

  function travel(call: Call, clockOfLife: Clock): Promise<Result<Answer, ValtFailure>> {
    const latencyMs = chance.whole(...weather.latencyMs);
    const luck = chance.next();
    const sentMs = clock.monotonicMs();
    const { reachable, loseRequest, loseAnswer, fail: failing, actLate } = weather;
    return new Promise((resolve) => {
      // The request goes its way even if the bridge that sent it dies; only its answer needs that bridge.
      const answerAfter = (delayMs: number, answer: Result<Answer, ValtFailure>) =>
        clockOfLife.after(delayMs, () => resolve(answer));
      if (!reachable) {
        answerAfter(chance.whole(0, 50), fail(unreachable));
        return;
      }
      if (luck < loseRequest) {
        answerAfter(DEADLINE_MS, fail(noAnswer));
        return;
      }
      if (luck < loseRequest + actLate) {
        clock.after(DEADLINE_MS + LATE_MS, () => void act(call, sentMs));
        answerAfter(DEADLINE_MS, fail(noAnswer));
        return;
      }
      clock.after(latencyMs / 2, () => {
        const isFailing = luck < loseRequest + failing;
        const answer = isFailing
          ? { httpStatus: serverError.status, text: JSON.stringify(serverError.body) }
          : act(call, sentMs);
        const isLost = !isFailing && luck > 1 - loseAnswer;
        if (isLost) answerAfter(DEADLINE_MS - latencyMs / 2, fail(noAnswer));
        else answerAfter(latencyMs / 2, succeed(answer));
      });
    });
  }

  return {
    world: lookInto(world),
    weather,
    commands,
    somebodyElse(room, what) {
      actAsSomebodyElse(world, { roomId: room, what, who: "web-ui" });
      tell();
    },
    onActed: (listener) => listeners.push(listener),
    createTransport: (clockOfLife) => ({
      send(call) {
        const isTooLate = call.sendBeforeMs !== undefined && clockOfLife.monotonicMs() >= call.sendBeforeMs;
        return isTooLate ? Promise.resolve(fail(tooLate)) : travel(call, clockOfLife);
      },
      close: () => Promise.resolve(),
    }),
  };
}

const unreachable: ValtFailure = {
  kind: "unreachable",
  message: "the network is cut",
  heard: "no",
  again: "later",
};
const noAnswer: ValtFailure = {
  kind: "timed-out",
  message: "no answer in time",
  heard: "maybe",
  again: "later",
};
const tooLate: ValtFailure = { kind: "timed-out", message: "too late", heard: "no", again: "never" };
