import type { Action, Outcome, RecordingWish } from "../../src/action/action.ts";
import { actions } from "../../src/action/actions/index.ts";
import type { RoomWish } from "../../src/action/decide.ts";
import { Performer } from "../../src/action/perform.ts";
import { recordingId, roomName, valtRoomId } from "../../src/base/identifiers.ts";
import { createRoomStore } from "../../src/room/store.ts";
import type { RoomStatus } from "../../src/valt/answers.ts";
import type { RecordingAnswer } from "../../src/valt/commands.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";
import { createAskedList, pressAt, stateCommands } from "../support/fake-valt.ts";
import { mappingText, parse } from "../support/rig.ts";

export const ROOM = roomName("interview-1");
export const OTHER_ROOM = roomName("interview-2");
const mapping = parse(
  mappingText("https://valt.example.com", {
    rooms: { [ROOM]: 4, [OTHER_ROOM]: 5 },
    extra: { recordingName: "named by the room" },
  }),
);

/** What an action wants of its room. */
export function wishOf(
  action: Pick<Action, "kind" | "room"> & { readonly recording?: RecordingWish },
): RoomWish {
  const wishes: RoomWish[] = [];
  const performer = { perform: (wish: RoomWish) => wishes.push(wish) };
  void actions.get(action.kind)?.run(action, { performer } as never);
  return wishes[0] as RoomWish;
}

/** A performer with a real store and a server that answers by hand. */
export function createPerformSetting() {
  const clock = createFakeClock();
  const store = createRoomStore({
    clock,
    timingOf: () => ({ freshMs: 60_000, statusTrailsMs: 5000, lookWithinMs: 3000, troubleMs: 4000 }),
  });
  store.track([ROOM, OTHER_ROOM]);
  const { asked, ask } = createAskedList<RecordingAnswer>();
  const valt: Record<string, (...parameters: never[]) => unknown> = Object.fromEntries(
    stateCommands.map((command) => [
      command,
      command === "start"
        ? (id: number, wish: unknown, limits: unknown) => ask(command, valtRoomId(id), { wish, limits })
        : (id: number, limits: unknown) => ask(command, valtRoomId(id), { limits }),
    ]),
  );
  valt.userByCardNumber = (card: string) => ask("card", undefined, card);
  const looks: string[] = [];
  const recorded: string[] = [];
  const authors: object[] = [];
  const answers: string[] = [];
  const verdicts: (Promise<"right" | "wrong"> | undefined)[] = [];
  function see(status: RoomStatus, room = ROOM) {
    const nowMs = clock.monotonicMs();
    const recording = status === "recording" || status === "paused" ? recordingId(616) : undefined;
    store.tell(room, { kind: "seen", status, recordingId: recording, sentMs: nowMs, receivedMs: nowMs });
  }
  const performer = new Performer({
    site: {
      mapping,
      serverOf: () => [...mapping.servers.values()][0]!,
      valtOf: () => valt as never,
    },
    store,
    clock,
    names: { verify: () => verdicts.shift() },
    lookNow: (room) => looks.push(room),
    reader: {
      look: async (room) => {
        const status = await ask("look", room === ROOM ? valtRoomId(4) : valtRoomId(5), undefined);
        if (status.ok) see(status.value as unknown as RoomStatus, room);
      },
    },
    record: (fact) => {
      if (fact.kind === "request") recorded.push(fact.command);
      if (fact.kind === "request") authors.push("author" in fact ? { author: fact.author } : {});
      if (fact.kind === "answer") answers.push(`${fact.command}: ${fact.answer}`);
    },
  });
  return {
    clock,
    store,
    performer,
    asked,
    looks,
    recorded,
    /** Of each request that is on record. */
    authors,
    answers,
    valt,
    /** What each asking for a room's name gives; nothing is asked when there is none. */
    verdicts,
    /** A press now, or at an earlier time. */
    press(kind: Action["kind"], options: { room?: typeof ROOM; atMs?: number; wish?: RecordingWish } = {}) {
      const { room = ROOM, atMs = clock.monotonicMs(), wish = {} } = options;
      return watch(performer.perform(wishOf({ kind, room, recording: wish }), pressAt(atMs)));
    },
    /** A look that was asked now and is answered now. */
    see,
    commands: () => asked.map(({ what }) => what),
  };
}

/** An outcome that can be read as soon as it is there. */
export interface Watched {
  outcome: Outcome | "not yet";
  readonly promise: Promise<Outcome>;
}

export function watch(promise: Promise<Outcome>): Watched {
  const watched: Watched = { outcome: "not yet", promise };
  void promise.then((outcome) => {
    watched.outcome = outcome;
  });
  return watched;
}

export { settle };
