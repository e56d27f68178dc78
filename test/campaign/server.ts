import type { Cancel, Clock } from "../../src/base/clock.ts";
import { badToken, noToken, notFound } from "../../src/simulator/answers.ts";
import { actAsSomebodyElse } from "../../src/simulator/other-user.ts";
import type { JsonObject } from "../../src/simulator/route.ts";
import { createRouter } from "../../src/simulator/router.ts";
import { ROUTES } from "../../src/simulator/routes.ts";
import { furnish } from "../../src/simulator/seed-data.ts";
import { logIn } from "../../src/simulator/sessions.ts";
import { resolveSettings } from "../../src/simulator/settings.ts";
import { lookInto, type SimulatorWorld } from "../../src/simulator/snapshot.ts";
import { readTarget } from "../../src/simulator/target.ts";
import { createWorld, type World } from "../../src/simulator/world.ts";
import type { Chance } from "./chance.ts";
import type { Connection } from "./connection.ts";
import { RequestReader, type WireRequest, writeAnswer } from "./http.ts";
import { failures, oddReplies, type Question, type Reply, readQuestion } from "./question.ts";
import { type Doer, Truth } from "./truth.ts";
import { type Failing, fairServer, type ServerWeather } from "./weather.ts";

export type Command = "start" | "stop" | "pause" | "resume" | "lock" | "unlock";

/** A command on which the server acted, whether it obeyed or refused. */
export interface ActedCommand {
  readonly by: Doer;
  readonly room: number;
  readonly command: Command;
  /** When its client wrote it, when the server had its last byte, and when it acted. */
  readonly sentMs: number;
  readonly receivedMs: number;
  readonly actedMs: number;
  readonly httpStatus: number;
  /** The recording that it began. */
  readonly began: string | undefined;
}

/** A mark that the server took. */
export interface PostedMark {
  readonly by: Doer;
  readonly text: string;
  readonly sentMs: number;
  readonly receivedMs: number;
}

/** What an answer showed of a room. */
interface Sight {
  readonly by: Doer;
  readonly room: number;
  /** When its client wrote the question. */
  readonly askedMs: number;
  /** The room as it was then. */
  readonly shownMs: number;
}

export interface ServerListener {
  acted?(command: ActedCommand): void;
  marked?(post: PostedMark): void;
}

export interface ServerTools {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly rooms: number;
  /** Whether the account may read comments; without that right nobody can see what became of a mark. */
  readonly seesComments: boolean;
}

/** A request's deadline, the product's default; and how much later than that nothing is acted upon. */
export const REQUEST_DEADLINE_MS = 5000;
export const LATE_MS = 5000;
/** Longer than anybody who presses waits for an outcome. */
const REMEMBERED_MS = 60_000;

/** The simulator's rooms and routes behind the campaign's connections: what a VALT server does, on a bad day. */
export class CampaignServer {
  readonly world: SimulatorWorld;
  readonly truth: Truth;
  readonly weather: ServerWeather = { ...fairServer };
  readonly #tools: ServerTools;
  readonly #world: World;
  readonly #router;
  readonly #connections = new Set<Connection>();
  readonly #acting = new Set<Cancel>();
  readonly #listeners: ServerListener[] = [];
  /** The moment that each room's status has shown last. */
  readonly #shownMs = new Map<number, number>();
  /** What was shown of rooms in the last while, oldest first. */
  readonly #sights: Sight[] = [];
  /** For each room: since when which trail may be drawn. */
  readonly #trails: { readonly sinceMs: number; readonly trailMs: readonly number[] }[] = [];

  constructor(tools: ServerTools) {
    const { clock, chance, rooms } = tools;
    this.#tools = tools;
    const settings = resolveSettings({ rooms, clock, seed: chance.whole(1, 1_000_000) });
    this.#world = createWorld(settings);
    furnish(this.#world);
    this.#router = createRouter(ROUTES, settings.valt);
    this.world = lookInto(this.#world);
    this.truth = new Truth(this.#world, clock);
    this.weather.trailMs = Array.from({ length: rooms }, () => 0);
    this.weatherChanged();
  }

  listen(listener: ServerListener): void {
    this.#listeners.push(listener);
  }

  /** Call it after every change of `weather`. */
  weatherChanged(): void {
    const { state, trailMs } = this.weather;
    this.#trails.push({ sinceMs: this.#tools.clock.monotonicMs(), trailMs });
    if (state === "up") return;
    for (const cancel of this.#acting) cancel();
    this.#acting.clear();
    for (const connection of this.#connections) connection.closeByServer("reset");
    this.#connections.clear();
  }

  /** The longest trail that a room's status may have had since then. */
  trailSinceMs(room: number, fromMs: number): number {
    let longestMs = 0;
    for (const { sinceMs, trailMs } of this.#trails.toReversed()) {
      longestMs = Math.max(longestMs, trailMs[room - 1] ?? 0);
      if (sinceMs <= fromMs) break;
    }
    return longestMs;
  }

  /** Whether a bridge that asked after the moment was shown that the room is so, however old that was. */
  hasShown(
    { by, room }: Pick<Sight, "by" | "room">,
    sinceMs: number,
    isSo: Parameters<Truth["wasEver"]>[2],
  ): boolean {
    return this.#sights.some(
      (sight) =>
        sight.by === by &&
        sight.room === room &&
        sight.askedMs >= sinceMs &&
        isSo(this.truth.at(room, sight.shownMs)),
    );
  }

  /** False while nobody listens. */
  accept(connection: Connection, by: Doer): boolean {
    if (this.weather.state === "down") return false;
    const reader = new RequestReader();
    this.#connections.add(connection);
    connection.attach("server", {
      took: (bytes, sentMs) => {
        for (const request of reader.take(bytes, sentMs)) this.#receive(request, connection, by);
      },
      ended: () => this.#connections.delete(connection),
    });
    return true;
  }

  somebodyElse(room: number, what: Command): void {
    actAsSomebodyElse(this.#world, { roomId: room, what, who: "web-ui" });
    this.truth.note("else");
  }

  #receive(request: WireRequest, connection: Connection, by: Doer): void {
    const { clock, chance } = this.#tools;
    const { resetOnUse, resetAfterActing, late } = this.weather;
    const question = readQuestion(request, by, clock.monotonicMs());
    const failing = this.#failingAt(question);
    if (failing === "silent") return;
    if (failing === "reset" || chance.happens(resetOnUse)) {
      this.#close(connection);
      return;
    }
    const isLate = chance.happens(late);
    const delayMs = isLate ? chance.whole(200, this.#latestMs(request)) : chance.whole(0, 10);
    const cancel = clock.after(delayMs, () => {
      this.#acting.delete(cancel);
      const { status, text } = failing === undefined ? this.#act(question) : failures[failing];
      if (failing === undefined && chance.happens(resetAfterActing)) this.#close(connection);
      else connection.answer(writeAnswer(status, text));
    });
    this.#acting.add(cancel);
  }

  #close(connection: Connection): void {
    this.#connections.delete(connection);
    connection.closeByServer("reset");
  }

  #latestMs({ sentMs }: WireRequest): number {
    const leftMs = sentMs + REQUEST_DEADLINE_MS + LATE_MS - this.#tools.clock.monotonicMs();
    return Math.max(200, leftMs);
  }

  #failingAt({ endpoint, room }: Question): Failing | undefined {
    const { failing, errors } = this.weather;
    if (endpoint === "read-marks" && !this.#tools.seesComments) return "forbidden";
    const isMeant = failing?.endpoint === endpoint && (failing.room === "every" || failing.room === room);
    if (isMeant) return failing.how;
    return this.#tools.chance.happens(errors) ? "error-500" : undefined;
  }

  #act(question: Question): Reply {
    const { clock } = this.#tools;
    const { room, by, endpoint, receivedMs, request, segments } = question;
    const before = room === undefined ? undefined : this.truth.now(room).recordingId;
    const answer = this.#decide(question);
    if (endpoint === "command" && room !== undefined) {
      this.truth.note(by);
      const after = this.truth.now(room).recordingId;
      const acted: ActedCommand = {
        by,
        room,
        command: segments.at(-1) as Command,
        sentMs: request.sentMs,
        receivedMs,
        actedMs: clock.monotonicMs(),
        httpStatus: answer.status,
        began: after === undefined || after === before ? undefined : String(after),
      };
      for (const listener of this.#listeners) listener.acted?.(acted);
    }
    if (endpoint === "mark" && answer.status === 200) {
      const { message } = JSON.parse(request.body) as { readonly message?: string };
      const post: PostedMark = { by, text: message ?? "", sentMs: request.sentMs, receivedMs };
      for (const listener of this.#listeners) listener.marked?.(post);
    }
    return this.#spoil(question, answer);
  }

  #decide(question: Question): { readonly status: number; readonly body: unknown } {
    const { request, segments, room } = question;
    const target = readTarget(request.path);
    const body = (request.body === "" ? {} : JSON.parse(request.body)) as JsonObject;
    if (segments[0] === "login") return logIn(this.#world, body);
    const account = this.#world.tokens.get(target.token ?? "");
    if (account === undefined) return target.token === undefined ? noToken : badToken;
    const ask = (method: string, path: readonly string[], about: number | undefined) => {
      const match = this.#router.find(method, path);
      if (match === undefined || typeof match === "string") return notFound;
      this.#world.lagMs = about === undefined ? 0 : this.#show(about, question);
      const { values, route } = match;
      const answer = route.answer({ world: this.#world, values, query: target.query, body, account });
      this.#world.lagMs = 0;
      return answer;
    };
    if (question.endpoint !== "list") {
      const answer = ask(request.method, segments, question.endpoint === "command" ? undefined : room);
      return question.endpoint === "info" ? { ...answer, body: this.#timed(answer.body) } : answer;
    }
    const rooms = [...this.#world.rooms.keys()].map((id) => {
      const { body: info } = ask("GET", ["rooms", "info", String(id)], id);
      return (this.#timed(info) as { readonly data: unknown }).data;
    });
    return { status: 200, body: { data: { rooms } } };
  }

  /** How long ago the room was as it is shown. */
  #show(room: number, { by, request, receivedMs }: Question): number {
    const trailMs = this.#drawTrailMs(room);
    const shownMs = this.#tools.clock.monotonicMs() - trailMs;
    this.#sights.push({ by, room, askedMs: request.sentMs, shownMs });
    while ((this.#sights[0]?.askedMs ?? receivedMs) < receivedMs - REMEMBERED_MS) this.#sights.shift();
    return trailMs;
  }

  #drawTrailMs(room: number): number {
    const { chance } = this.#tools;
    const longestMs = this.weather.trailMs[room - 1] ?? 0;
    const nowMs = this.#tools.clock.monotonicMs();
    const drawnMs = longestMs > 0 && chance.happens(0.6) ? chance.whole(0, longestMs) : longestMs;
    // What a room's status has once shown it does not take back.
    const shownMs = Math.max(nowMs - drawnMs, this.#shownMs.get(room) ?? -Infinity);
    this.#shownMs.set(room, shownMs);
    return nowMs - shownMs;
  }

  /** Which recording is shown may be old news; how far that one has run is the truth. */
  #timed(body: unknown): unknown {
    const recording = (body as { readonly data?: { readonly recording?: { id: unknown; time: number } } })
      .data?.recording;
    if (recording !== undefined)
      recording.time = Math.floor(
        this.truth.elapsedMs(String(recording.id), this.#tools.clock.monotonicMs()) / 1000,
      );
    return body;
  }

  #spoil({ endpoint, room }: Question, { status, body }: { status: number; body: unknown }): Reply {
    const { odd } = this.weather;
    const text = body === undefined ? "" : JSON.stringify(body);
    if (endpoint !== "status" || odd === undefined || odd.room !== room) return { status, text };
    return oddReplies[odd.how];
  }
}
