import { describe, expect, test } from "vitest";
import { AlarmBoard } from "../../src/alarm/board.ts";
import { RoomWatch } from "../../src/alarm/room-watch.ts";
import { rememberStarted, type StartedRecording } from "../../src/alarm/started.ts";
import { recordingId, roomName } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { createRoomStore } from "../../src/room/store.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const ROOM = roomName("interview-1");

function createWatchSetting(started = rememberStarted(), clock = createFakeClock()) {
  const place = { id: 4 };
  const store = createRoomStore({
    clock,
    timingOf: () => ({ freshMs: 600_000, statusTrailsMs: 5000, lookWithinMs: 3000, troubleMs: 4000 }),
  });
  store.track([ROOM]);
  const told: string[] = [];
  const board = new AlarmBoard({
    clock,
    log: silentLog,
    changed: ({ kind }, state) => told.push(`${kind} ${state}`),
  });
  const watch = new RoomWatch({
    raise: (kind, text, room) => board.raise(kind, text, room),
    end: (kind, room) => board.end(kind, room),
    minds: () => "ours",
    started,
    era: clock.era,
    placeOf: () => `https://valt.example.com ${place.id}`,
  });
  const recalled = watch.recall(ROOM);
  store.onChange((change) => watch.see(change));
  if (recalled !== undefined) store.tell(ROOM, recalled);
  const at = () => ({ sentMs: clock.monotonicMs(), receivedMs: clock.monotonicMs() });
  let sent = 0;
  const send = (command: "start" | "stop") =>
    store.tell(ROOM, {
      kind: "command-sent",
      command,
      correlation: `c-${++sent}` as never,
      atMs: clock.monotonicMs(),
    });
  return {
    clock,
    store,
    board,
    place,
    told,
    see: (status: "recording" | "paused" | "available", id: number | "hidden" = 616) =>
      store.tell(ROOM, {
        kind: "seen",
        status,
        recordingId: status === "available" || id === "hidden" ? undefined : recordingId(id),
        ...at(),
      }),
    send,
    time: (timeSeconds: number) =>
      store.tell(ROOM, { kind: "timed", recordingId: recordingId(616), timeSeconds, ...at() }),
    /** Sent and taken by the server. */
    command: (command: "start" | "stop", id: number | "hidden" = 616) => {
      send(command);
      const atMs = clock.monotonicMs();
      const named = id === "hidden" ? undefined : recordingId(id);
      store.tell(ROOM, {
        kind: "command-accepted",
        recordingId: named,
        pressedAtMs: atMs,
        sentMs: atMs,
        atMs,
      });
    },
    refuse: (command: "start" | "stop") => {
      send(command);
      store.tell(ROOM, { kind: "command-refused", ifNot: "refused", atMs: clock.monotonicMs() });
    },
    /** The request never reached the server. */
    sendInVain: (command: "start" | "stop") => {
      send(command);
      store.tell(ROOM, { kind: "command-ended", trouble: "no server", atMs: clock.monotonicMs() });
    },
    leap: () => store.tell(ROOM, { kind: "leapt", why: "the clocks leapt" }),
    loseAnswer: (command: "start" | "stop") => {
      send(command);
      const atMs = clock.monotonicMs();
      store.tell(ROOM, { kind: "command-unheard", ifNot: "lost", atMs, actsUntilMs: atMs });
    },
  };
}

test("a recording in the room that the mapping named before has not ended", () => {
  const { place, see, command, told } = createWatchSetting();
  command("start");
  see("recording");
  place.id = 5;
  see("available");
  expect(told).toEqual([]);
});

describe("a recording's time", () => {
  test("that stands still while the room records raises an alarm, and ends it when it goes on", async () => {
    const { see, time, clock, told } = createWatchSetting();
    see("recording");
    time(10);
    await clock.advance(30_000);
    time(12);
    expect(told).toEqual(["recording-stalled raised"]);
    await clock.advance(30_000);
    time(42);
    expect(told).toEqual(["recording-stalled raised", "recording-stalled ended"]);
  });

  test("stands still no longer when the recording has ended", async () => {
    const { see, time, clock, told } = createWatchSetting();
    see("recording");
    time(10);
    await clock.advance(30_000);
    time(12);
    see("available");
    expect(told).toEqual(["recording-stalled raised", "recording-stalled ended"]);
  });

  test("may stand still while the room is paused", async () => {
    const { see, time, clock, told } = createWatchSetting();
    see("recording");
    time(10);
    see("paused");
    await clock.advance(60_000);
    see("recording");
    time(10);
    await clock.advance(30_000);
    time(40);
    expect(told).toEqual([]);
  });

  test("proves nothing when it is read twice within seconds", async () => {
    const { see, time, clock, told } = createWatchSetting();
    see("recording");
    time(10);
    await clock.advance(2000);
    time(10);
    expect(told).toEqual([]);
  });
});

test("a start that the server took and nobody saw work raises an alarm", async () => {
  const { see, command, clock, told } = createWatchSetting();
  see("available");
  command("start");
  await clock.advance(8100);
  expect(told).toEqual(["start-not-confirmed raised"]);
  see("recording");
  expect(told).toEqual(["start-not-confirmed raised", "start-not-confirmed ended"]);
});

test("a start that was taken is confirmed by a room that was paused meanwhile", async () => {
  const { see, command, clock, told } = createWatchSetting();
  see("available");
  command("start", "hidden");
  await clock.advance(6000);
  see("paused", "hidden");
  expect(told).toEqual([]);
});

test("a stop in a room of which nothing is known raises nothing", () => {
  const { see, command, told } = createWatchSetting();
  command("stop");
  see("available");
  expect(told).toEqual([]);
});

test("a stop that the server refused does not excuse the recording's end", async () => {
  const { see, command, refuse, clock, told } = createWatchSetting();
  command("start");
  await clock.advance(6000);
  see("recording");
  await clock.advance(10);
  refuse("stop");
  see("available");
  expect(told).toEqual(["stopped-elsewhere raised"]);
});

test("a stop that did not work does not excuse the recording's end later", async () => {
  const { see, command, clock, told } = createWatchSetting();
  see("available");
  command("start");
  await clock.advance(100);
  see("recording");
  command("stop");
  await clock.advance(6000);
  see("recording");
  await clock.advance(1000);
  see("available");
  expect(told).toEqual(["stopped-elsewhere raised"]);
});

test("nor does it when nobody knows any more what the room does", async () => {
  const { see, command, leap, clock, told } = createWatchSetting();
  command("start");
  see("recording");
  command("stop");
  await clock.advance(6000);
  see("recording");
  leap();
  see("available");
  expect(told).toEqual(["stopped-elsewhere raised"]);
});

test("a stop that never reached the server does not excuse the recording's end, not even unseen", async () => {
  const { see, command, sendInVain, leap, clock, told } = createWatchSetting();
  see("available");
  command("start");
  await clock.advance(6000);
  see("recording");
  leap();
  sendInVain("stop");
  see("available");
  expect(told).toEqual(["stopped-elsewhere raised"]);
});

test("a stop that was given up unseen does not excuse an end after the room was seen recording", async () => {
  const { see, command, leap, clock, told } = createWatchSetting();
  see("available");
  command("start");
  see("recording");
  command("stop");
  leap();
  await clock.advance(6000);
  see("recording");
  await clock.advance(1000);
  see("available");
  expect(told).toEqual(["stopped-elsewhere raised"]);
});

describe("whose recording it is", () => {
  test("a start that the server refused makes nobody else's later recording ours", async () => {
    const { see, refuse, clock, told } = createWatchSetting();
    see("available");
    refuse("start");
    see("available");
    await clock.advance(60_000);
    see("recording", 700);
    see("available");
    expect(told).toEqual([]);
  });

  test("a start that was taken explains one recording, though the account may not see which", async () => {
    const { see, command, clock, told } = createWatchSetting();
    see("available");
    command("start", "hidden");
    await clock.advance(10);
    see("recording", "hidden");
    await clock.advance(6000);
    see("available");
    expect(told).toEqual(["stopped-elsewhere raised"]);
    see("recording", "hidden");
    see("available");
    expect(told).toEqual(["stopped-elsewhere raised", "stopped-elsewhere ended"]);
  });

  test("a start whose answer was lost is ours when it is seen to have worked", async () => {
    const { see, loseAnswer, clock, told } = createWatchSetting();
    see("available");
    loseAnswer("start");
    await clock.advance(100);
    see("recording", 700);
    await clock.advance(1000);
    see("available");
    expect(told).toEqual(["stopped-elsewhere raised"]);
  });

  test("a start whose answer was lost is ours also where another's recording was known before", async () => {
    const { see, loseAnswer, clock, told } = createWatchSetting();
    see("recording", 1);
    loseAnswer("start");
    await clock.advance(6000);
    see("recording", 2);
    await clock.advance(1000);
    see("available");
    expect(told).toEqual(["stopped-elsewhere raised"]);
  });

  test("a start whose answer was lost does not make another's recording ours", async () => {
    const { see, loseAnswer, clock, told } = createWatchSetting();
    see("recording", 1);
    loseAnswer("start");
    await clock.advance(6000);
    see("recording", 1);
    await clock.advance(1000);
    see("available");
    expect(told).toEqual([]);
  });

  test("a recording of ours that is seen again after its end is ours", async () => {
    const { see, command, clock, told } = createWatchSetting();
    command("start");
    await clock.advance(6000);
    see("recording");
    see("available");
    see("recording");
    see("available");
    const once = ["stopped-elsewhere raised", "stopped-elsewhere ended"];
    expect(told).toEqual([...once, "stopped-elsewhere raised"]);
  });

  test("a recording whose id is told later is the same one", async () => {
    const { see, command, clock, told } = createWatchSetting();
    command("start", "hidden");
    await clock.advance(6000);
    see("recording", "hidden");
    see("recording", 616);
    expect(told).toEqual([]);
    see("available");
    expect(told).toEqual(["stopped-elsewhere raised"]);
  });

  test("a start without an id explains a recording that has one", async () => {
    const { see, command, clock, told } = createWatchSetting();
    command("start", "hidden");
    await clock.advance(6000);
    see("recording", 616);
    see("available");
    expect(told).toEqual(["stopped-elsewhere raised"]);
  });

  test.each<[of: "stop" | "start", start: 616 | "hidden", stop: 616 | "hidden"]>([
    ["start", "hidden", 616],
    ["stop", 616, "hidden"],
  ])(
    "the end that a stop makes is told by nobody when the answer to the %s had no id",
    async (_, start, stop) => {
      const { see, command, leap, clock, told } = createWatchSetting();
      command("start", start);
      await clock.advance(6000);
      see("recording", start);
      await clock.advance(6000);
      leap();
      command("stop", stop);
      see("available");
      expect(told).toEqual([]);
    },
  );

  test("own stop and own start at once raise nothing, however late the looks come", async () => {
    const { see, command, clock, told } = createWatchSetting();
    see("available");
    command("start", 1);
    see("recording", 1);
    await clock.advance(6000);
    see("recording", 1);
    command("stop", 1);
    command("start", 2);
    see("recording", 1);
    await clock.advance(1000);
    see("recording", 2);
    expect(told).toEqual([]);
    await clock.advance(6000);
    see("available");
    expect(told).toEqual(["stopped-elsewhere raised"]);
  });

  test("a stop whose answer was lost explains the end, also when a start takes its place", async () => {
    const { see, command, loseAnswer, clock, told } = createWatchSetting();
    see("available");
    command("start", 1);
    await clock.advance(6000);
    see("recording", 1);
    loseAnswer("stop");
    await clock.advance(500);
    command("start", 2);
    await clock.advance(6000);
    see("recording", 2);
    expect(told).toEqual([]);
  });

  test("a stop whose answer was lost may end the recording that follows, as long as it may arrive", async () => {
    const { see, command, loseAnswer, clock, told } = createWatchSetting();
    see("available");
    command("start", 1);
    await clock.advance(6000);
    see("recording", 1);
    loseAnswer("stop");
    await clock.advance(500);
    command("stop", 1);
    command("start", 2);
    await clock.advance(100);
    see("recording", 2);
    await clock.advance(100);
    see("available");
    expect(told).toEqual([]);
    command("start", 3);
    await clock.advance(6000);
    see("recording", 3);
    see("available");
    expect(told).toEqual(["stopped-elsewhere raised"]);
  });

  test("a stop whose answer was lost cannot end what was started when it could arrive no more, seen or unseen", async () => {
    const { see, command, loseAnswer, clock, told } = createWatchSetting();
    command("start", 1);
    await clock.advance(6000);
    loseAnswer("stop");
    await clock.advance(5000);
    command("start", 2);
    await clock.advance(6000);
    see("available");
    expect(told).toContain("stopped-elsewhere raised");
  });

  test("an end that is seen while a stop is on its way is told when that stop never arrived", async () => {
    const { see, command, send, store, clock, told } = createWatchSetting();
    see("available");
    command("start", 1);
    await clock.advance(6000);
    see("recording", 1);
    send("stop");
    see("available");
    expect(told).toEqual([]);
    store.tell(ROOM, { kind: "command-ended", trouble: "no server", atMs: clock.monotonicMs() });
    expect(told).toEqual(["stopped-elsewhere raised"]);
  });

  test("an own stop explains an end that is first seen while another stop is on its way", async () => {
    const { see, command, send, store, clock, told } = createWatchSetting();
    see("available");
    command("start", 1);
    await clock.advance(100);
    see("recording", 1);
    command("stop", 1);
    await clock.advance(10_000);
    send("stop");
    see("available");
    store.tell(ROOM, { kind: "command-ended", trouble: "no server", atMs: clock.monotonicMs() });
    expect(told).toEqual([]);
  });

  test("a stop that ended another recording than was known shows that that one had ended before", async () => {
    const { see, command, clock, told } = createWatchSetting();
    see("available");
    command("start", 1);
    await clock.advance(6000);
    see("recording", 1);
    await clock.advance(6000);
    command("stop", 2);
    expect(told).toEqual(["stopped-elsewhere raised"]);
  });

  test("ours that another one has followed between two looks has been stopped elsewhere", async () => {
    const { see, command, clock, told } = createWatchSetting();
    see("available");
    command("start", 1);
    see("recording", 1);
    await clock.advance(6000);
    see("recording", 2);
    expect(told[0]).toBe("stopped-elsewhere raised");
  });
});

describe("a recording that was running before the process", () => {
  /** An earlier process started it, and the clock goes on. */
  async function restart(
    doneBefore?: (before: ReturnType<typeof createWatchSetting>) => void,
    afterMs = 6000,
  ) {
    const started = rememberStarted();
    const before = createWatchSetting(started);
    before.see("available");
    before.command("start");
    await before.clock.advance(100);
    doneBefore?.(before);
    await before.clock.advance(afterMs);
    return createWatchSetting(started, before.clock);
  }

  test("is minded when an earlier process started it", async () => {
    const { see, told } = await restart(({ see }) => see("recording"));
    see("recording");
    see("available");
    expect(told).toEqual(["stopped-elsewhere raised"]);
  });

  test("is minded also when it ended before anybody looked again", async () => {
    const { see, told } = await restart(({ see }) => see("recording"));
    see("available");
    expect(told).toEqual(["stopped-elsewhere raised"]);
    see("recording", 700);
    see("available");
    expect(told).toEqual(["stopped-elsewhere raised", "stopped-elsewhere ended"]);
  });

  test("and that another one has followed meanwhile, has ended", async () => {
    const { see, told } = await restart(({ see }) => see("recording"));
    see("recording", 700);
    expect(told[0]).toBe("stopped-elsewhere raised");
  });

  test("is not over because the server's status trails behind its answer to the process before", async () => {
    const { see, told, clock, store } = await restart(undefined, 1000);
    see("available");
    expect(store.get(ROOM).knowledge.kind).toBe("never-seen");
    await clock.advance(4000);
    see("recording");
    expect(told).toEqual([]);
    see("available");
    expect(told).toEqual(["stopped-elsewhere raised"]);
  });

  test("and that the process before stopped raises nothing, though its status trails", async () => {
    const { see, told, clock } = await restart((before) => {
      before.see("recording");
      before.command("stop");
    }, 1000);
    see("recording");
    await clock.advance(4000);
    see("available");
    expect(told).toEqual([]);
  });

  test("is excused as long as the stop of a killed process may still arrive", async () => {
    const { see, told, clock } = await restart(({ see, send }) => {
      see("recording");
      send("stop");
    });
    see("recording");
    await clock.advance(60_000);
    see("available");
    expect(told).toEqual([]);
  });

  test("is excused by that stop also when it follows the one that was to be stopped", async () => {
    const { see, told, command, clock } = await restart(({ see, send }) => {
      see("recording");
      send("stop");
    });
    see("recording");
    command("stop");
    command("start", 617);
    await clock.advance(10_000);
    see("recording", 617);
    see("available");
    expect(told).toEqual([]);
  });

  test("is excused by a stop that the process before gave up only as long as that may arrive", async () => {
    const stopped = ({ see, loseAnswer }: ReturnType<typeof createWatchSetting>) => {
      see("recording");
      loseAnswer("stop");
    };
    const soon = await restart(stopped, 4000);
    soon.see("available");
    expect(soon.told).toEqual([]);
    const later = await restart(stopped, 5000);
    later.see("recording");
    later.see("available");
    expect(later.told).toEqual(["stopped-elsewhere raised"]);
  });

  test("is excused by a stop that the process before gave up before it started it", async () => {
    const restarted = ({ see, loseAnswer, command }: ReturnType<typeof createWatchSetting>) => {
      see("recording");
      loseAnswer("stop");
      command("stop");
      command("start", 617);
    };
    const unseen = await restart(restarted, 60_000);
    unseen.see("available");
    expect(unseen.told).toEqual([]);
    const seen = await restart(restarted, 60_000);
    seen.see("recording", 617);
    seen.see("available");
    expect(seen.told).toEqual(["stopped-elsewhere raised"]);
  });

  test("is excused by that stop also where another one was refused after it", async () => {
    const { see, told } = await restart(({ see, loseAnswer, command, refuse }) => {
      see("recording");
      loseAnswer("stop");
      command("stop");
      command("start", 617);
      refuse("stop");
    });
    see("available");
    expect(told).toEqual([]);
  });

  test("is not excused two minutes later", async () => {
    const { see, told, clock } = await restart(({ see, send }) => {
      see("recording");
      send("stop");
    });
    await clock.advance(120_000);
    see("recording");
    await clock.advance(1000);
    see("available");
    expect(told).toEqual(["stopped-elsewhere raised"]);
  });

  test("is excused by that stop also when another one never arrived", async () => {
    const { see, told, sendInVain } = await restart(({ see, send }) => {
      see("recording");
      send("stop");
    });
    sendInVain("stop");
    see("available");
    expect(told).toEqual([]);
  });

  test("is not excused by a stop that was in vain", async () => {
    const { see, told } = await restart(({ see, sendInVain }) => {
      see("recording");
      sendInVain("stop");
    });
    see("available");
    expect(told).toEqual(["stopped-elsewhere raised"]);
  });

  describe("in the boot before", () => {
    function reboot() {
      const started = rememberStarted();
      started.note(ROOM, {
        recording: recordingId(616),
        place: "https://valt.example.com 4",
        era: "the boot before",
        state: "running",
        start: { sentMs: 1, atMs: 2 },
        stop: undefined,
      });
      return { started, ...createWatchSetting(started) };
    }

    test("is minded too", () => {
      const { see, told } = reboot();
      see("available");
      expect(told).toEqual(["stopped-elsewhere raised"]);
    });

    test("was started at a time that says nothing now", () => {
      const { started, send } = reboot();
      send("stop");
      expect(started.newest(ROOM)).toMatchObject({ era: "test", state: "stopping", start: undefined });
    });
  });

  test("is nobody's business here when somebody else started it", () => {
    const { see, told } = createWatchSetting();
    see("recording");
    see("available");
    expect(told).toEqual([]);
  });
});

describe("what has happened", () => {
  test("is over after ten minutes when nobody reacts to it", async () => {
    const { board, clock, told } = createWatchSetting();
    board.raise("stopped-elsewhere", "stopped", ROOM);
    await clock.advance(9 * 60_000);
    expect(told).toEqual(["stopped-elsewhere raised"]);
    await clock.advance(61_000);
    expect(told).toEqual(["stopped-elsewhere raised", "stopped-elsewhere ended"]);
  });

  test("is over when somebody has seen it", () => {
    const { board, told } = createWatchSetting();
    board.raise("mark-refused", "refused", ROOM);
    board.acknowledge(board.eventsOf(ROOM));
    expect(told).toEqual(["mark-refused raised", "mark-refused ended"]);
  });
});

test("what lasts is over when it ends, whoever has seen it and however long it takes", async () => {
  const { board, clock, told } = createWatchSetting();
  board.raise("wrong-room", "another room", ROOM);
  board.raise("recording-stalled", "still", ROOM);
  board.acknowledge(board.eventsOf(ROOM));
  await clock.advance(60 * 60_000);
  expect(told).toEqual(["wrong-room raised", "recording-stalled raised"]);
  board.end("wrong-room", ROOM);
  expect(told.at(-1)).toBe("wrong-room ended");
});

test("a room that is gone has no alarms", () => {
  const { board, told } = createWatchSetting();
  board.raise("wrong-room", "another room", ROOM);
  board.raise("disk-nearly-full", "4 % left");
  board.keepRooms(new Set());
  expect(told.slice(2)).toEqual(["wrong-room ended"]);
});

test("an alarm that is raised again with the same words is told once", () => {
  const { board, told } = createWatchSetting();
  board.raise("disk-nearly-full", "4 % left");
  board.raise("disk-nearly-full", "4 % left");
  board.raise("disk-nearly-full", "3 % left");
  expect(told).toEqual(["disk-nearly-full raised", "disk-nearly-full raised"]);
});

describe("what is written down of a recording that was started here", () => {
  type Setting = ReturnType<typeof createWatchSetting>;

  test.each<[what: string, after: (setting: Setting) => unknown, state: string]>([
    ["runs", () => undefined, "running"],
    ["is being stopped", ({ send }) => send("stop"), "stopping"],
    [
      "runs on when the stop was refused, also unseen",
      ({ leap, refuse }) => {
        leap();
        refuse("stop");
      },
      "running",
    ],
    [
      "runs on when the stop never reached the server, also unseen",
      ({ leap, sendInVain }) => {
        leap();
        sendInVain("stop");
      },
      "running",
    ],
    [
      "runs on when a look says so that a stop would have been before",
      async ({ loseAnswer, clock, see }) => {
        loseAnswer("stop");
        await clock.advance(5000);
        see("recording");
      },
      "running",
    ],
    ["was stopped", ({ command }) => command("stop"), "stopped"],
    [
      "was stopped, and is seen to be",
      ({ command, see }) => {
        command("stop");
        see("available");
      },
      "stopped",
    ],
    ["ended elsewhere", ({ see }) => see("available"), "gone"],
  ])("it %s", async (_, after, state) => {
    const started = rememberStarted();
    const setting = createWatchSetting(started);
    setting.command("start");
    await setting.clock.advance(10);
    setting.see("recording");
    await setting.clock.advance(6000);
    setting.see("recording");
    await after(setting);
    expect(started.newest(ROOM)).toMatchObject({ recording: "616", state, start: { sentMs: 0, atMs: 0 } });
    if (state === "stopped") expect(started.newest(ROOM)?.stop).toEqual({ sentMs: 6010, atMs: 6010 });
  });

  test("has no times when the answer to the start was lost", async () => {
    const started = rememberStarted();
    const { see, loseAnswer, clock } = createWatchSetting(started);
    see("available");
    loseAnswer("start");
    await clock.advance(100);
    see("recording");
    expect(started.newest(ROOM)).toMatchObject({ state: "running", start: undefined });
  });

  test("is written when it changes, and not at each look", async () => {
    const started = rememberStarted();
    const written: unknown[] = [];
    const note: typeof started.note = (room, one) => {
      written.push([one.state, one.stop?.sentMs]);
      started.note(room, one);
    };
    const { see, command, send, clock } = createWatchSetting({ ...started, note });
    command("start");
    see("recording");
    see("paused");
    send("stop");
    await clock.advance(10);
    send("stop");
    expect(written).toEqual([
      ["running", undefined],
      ["stopping", 0],
      ["stopping", 10],
    ]);
  });
});

test.each<[what: string, change: Partial<StartedRecording>, command: "start" | "stop" | undefined]>([
  ["one that was running", {}, "start"],
  ["one whose start had no answer", { start: undefined }, undefined],
  ["one that was stopped", { state: "stopped", stop: { sentMs: 3, atMs: 4 } }, "stop"],
  ["one that was stopped at an unknown time", { state: "stopped" }, undefined],
  ["one whose stop was on its way", { state: "stopping", stop: { sentMs: 3, atMs: 4 } }, undefined],
  ["one that had ended", { state: "gone", stop: { sentMs: 3, atMs: 4 } }, undefined],
  ["one of another boot", { era: "another boot" }, undefined],
  ["one of another room of the server", { place: "elsewhere" }, undefined],
])("the server's last answer that an earlier process had is recalled: %s", (_, change, command) => {
  const started = rememberStarted();
  const place = "https://valt.example.com 4";
  const recording = recordingId(616);
  const start = { sentMs: 1, atMs: 2 };
  started.note(ROOM, { recording, place, era: "test", state: "running", start, stop: undefined, ...change });
  const nothing = () => undefined;
  const tools = { raise: nothing, end: nothing, minds: () => "ours" as const, started, era: "test" };
  const recalled = new RoomWatch({ ...tools, placeOf: () => place }).recall(ROOM);
  const times = command === "stop" ? { sentMs: 3, atMs: 4 } : start;
  expect(recalled).toEqual(command && { kind: "recalled", command, recordingId: "616", ...times });
});
