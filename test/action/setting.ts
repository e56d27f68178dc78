import type { Outcome, RecordingWish, StateCommand } from "../../src/action/action.ts";
import { decide, isToggle, type StateWish } from "../../src/action/decide.ts";
import { Performer, type StateAction } from "../../src/action/perform.ts";
import { createRepeatGuard } from "../../src/action/repeat-guard.ts";
import { recordingId, roomName, valtRoomId } from "../../src/base/identifiers.ts";
import { fulfils } from "../../src/room/room-state.ts";
import { viewRoom } from "../../src/room/room-view.ts";
import { createRoomStore } from "../../src/room/store.ts";
import type { RoomStatus } from "../../src/valt/answers.ts";
import type { RecordingAnswer } from "../../src/valt/commands.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";
import { createAskedList, pressAt, stateCommands } from "../support/fake-valt.ts";

export const ROOM = roomName("interview-1");
export const OTHER_ROOM = roomName("interview-2");
const ROOM_IDS = new Map([
  [ROOM, valtRoomId(4)],
  [OTHER_ROOM, valtRoomId(5)],
]);

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
  const recorded: StateCommand[] = [];
  const answers: string[] = [];
  const verdicts: (Promise<"right" | "wrong"> | undefined)[] = [];
  function see(status: RoomStatus, room = ROOM) {
    const nowMs = clock.monotonicMs();
    const recording = status === "recording" || status === "paused" ? recordingId(616) : undefined;
    store.tell(room, { kind: "seen", status, recordingId: recording, sentMs: nowMs, receivedMs: nowMs });
  }
  const performer = new Performer({
    valt: () => valt as never,
    store,
    clock,
    toggleGuard: createRepeatGuard(() => 500, "restart"),
    deadlineMs: () => 2000,
    pinDigits: () => 4,
    decide,
    isToggle,
    view: (room) => viewRoom(store.get(room), clock.monotonicMs()),
    roomId: (room) => ROOM_IDS.get(room),
    verify: () => verdicts.shift(),
    completeRecording: (_, wish) => ({ ...wish, name: wish.name ?? "named by the room" }),
    lookNow: (room) => looks.push(room),
    fulfils,
    look: async (room) => {
      const status = await ask("look", room === ROOM ? valtRoomId(4) : valtRoomId(5), undefined);
      if (status.ok) see(status.value as unknown as RoomStatus, room);
    },
    asked: (command) => recorded.push(command),
    answered: (command, _, answer) => answers.push(`${command}: ${answer}`),
  });
  return {
    clock,
    store,
    performer,
    asked,
    looks,
    recorded,
    answers,
    valt,
    /** What each asking for a room's name gives; nothing is asked when there is none. */
    verdicts,
    /** A press now, or at an earlier time. */
    press(kind: StateWish, options: { room?: typeof ROOM; atMs?: number; wish?: RecordingWish } = {}) {
      const { room = ROOM, atMs = clock.monotonicMs(), wish = {} } = options;
      const action = (
        kind === "start" || kind === "toggle" ? { kind, room, recording: wish } : { kind, room }
      ) as StateAction;
      return watch(performer.perform(action, pressAt(atMs)));
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
