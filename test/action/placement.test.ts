import { describe, expect, test } from "vitest";
import {
  certainSecond,
  type PlaceEvidence,
  type Placement,
  type PlaceReading,
  placeMark,
  placeStopped,
} from "../../src/action/placement.ts";
import { recordingId } from "../../src/base/identifiers.ts";

const [A, B] = [recordingId(1), recordingId(2)];
const PRESSED_MS = 100_000;
const TRAILS_MS = 5000;

/** The server says so many whole seconds of a recording, when it is asked so long after the press. */
function read(afterMs: number, timeSeconds: number, id = A): PlaceReading {
  const sentMs = PRESSED_MS + afterMs;
  return { sentMs, receivedMs: sentMs + 20, hasRecording: true, recording: { id, timeSeconds } };
}
const nothing = (afterMs: number): PlaceReading => {
  const { recording: _, ...reading } = read(afterMs, 0);
  return { ...reading, hasRecording: false, recording: undefined };
};
const around = (ms: number, widthMs = 0) => ({
  lowMs: ms - widthMs / 2,
  guessMs: ms,
  highMs: ms + widthMs / 2,
});

/** A recording that had run for 10.5 s at the press, as far as was known. */
const place = (evidence: Partial<PlaceEvidence> & Pick<PlaceEvidence, "reading">) =>
  placeMark({
    pressedAtMs: PRESSED_MS,
    believed: { recording: A, elapsed: around(10_500) },
    stopped: undefined,
    first: undefined,
    now: undefined,
    conclusiveFromMs: PRESSED_MS + TRAILS_MS,
    isStanding: false,
    begunMs: undefined,
    isOld: false,
    ...evidence,
  });
const inA = { kind: "placed", recording: A, timeSeconds: 10 };

describe("a recording that the server shows ran at the press", () => {
  test("when its time has come as far as the press", () => {
    expect(place({ reading: read(50, 10) })).toMatchObject(inA);
  });

  test("but perhaps not when its time stands before the press: it may have ended, and the server trails", () => {
    expect(place({ reading: read(50, 9) })).toEqual({ kind: "ask-again" });
  });

  test("but perhaps not when its time has come just as far as the press may have been", () => {
    const believed = { recording: A, elapsed: around(10_500, 1000) };
    expect(place({ believed, reading: read(50, 10) })).toEqual({ kind: "ask-again" });
    expect(place({ believed, reading: read(50, 11) }).kind).toBe("placed");
  });

  test("though the estimate says otherwise: the server is right", () => {
    expect(place({ now: around(20_500), reading: read(50, 10) })).toMatchObject(inA);
  });

  test("and its time then is reckoned from the middle of the second that was said", () => {
    const untimed = { believed: { recording: A, elapsed: undefined }, conclusiveFromMs: PRESSED_MS };
    expect(place({ ...untimed, reading: read(400, 10) })).toMatchObject(inA);
    expect(place({ ...untimed, reading: read(600, 10) })).toMatchObject({ ...inA, timeSeconds: 9 });
  });

  test("when a later answer shows that it goes on", () => {
    const first = read(50, 9);
    expect(place({ reading: read(600, 9), first })).toEqual({ kind: "ask-again" });
    expect(place({ reading: read(1100, 10), first }).kind).toBe("placed");
  });

  test("when it is asked so late that nothing trails any more", () => {
    const first = read(50, 9);
    expect(place({ reading: read(TRAILS_MS - 1, 9), first })).toEqual({ kind: "ask-again" });
    // It was paused unseen: the answer soonest after the press knows its time.
    expect(place({ reading: read(TRAILS_MS, 9), first })).toMatchObject({ ...inA, timeSeconds: 9 });
  });

  test("perhaps not when it is paused: its time would be the same if it had ended", () => {
    const paused = { isStanding: true };
    expect(place({ ...paused, reading: read(50, 10) })).toEqual({ kind: "ask-again" });
    expect(place({ ...paused, reading: read(TRAILS_MS, 10) })).toMatchObject(inA);
  });
});

describe("whether a recording ran at the press", () => {
  const hidden = { ...nothing(50), hasRecording: true };

  test("is asked again while the server does not say which one runs", () => {
    expect(place({ reading: hidden })).toEqual({ kind: "ask-again" });
    expect(place({ reading: hidden, believed: undefined })).toEqual({ kind: "ask-again" });
    expect(place({ reading: hidden, begunMs: PRESSED_MS - 500 })).toEqual({ kind: "ask-again" });
  });

  test("is answered where nothing runs, or what is shown is known to have ended", () => {
    const believed = undefined;
    expect(place({ believed, reading: nothing(50) })).toEqual({ kind: "nothing-ran" });
    expect(place({ believed, reading: read(50, 10), isOld: true })).toEqual({ kind: "nothing-ran" });
  });

  test.each([
    [1000, "unplaceable"],
    [1001, "ask-again"],
  ])("is asked again where the answer took %i ms and leaves the second open: %s", (tookMs, kind) => {
    const reading = { ...read(TRAILS_MS, 10), receivedMs: PRESSED_MS + TRAILS_MS + tookMs };
    expect(place({ believed: { recording: A, elapsed: undefined }, reading }).kind).toBe(kind);
  });
});

type AskLength = Extract<Placement, { kind: "ask-length" }>;

describe("a recording that was stopped from here after the press", () => {
  const stopped = { sentMs: PRESSED_MS, atMs: PRESSED_MS + 100 };
  const asked = place({ reading: nothing(50), stopped });
  const late = { pressedAtMs: PRESSED_MS, trailsMs: TRAILS_MS, mayTellLater: false };
  const early = { ...late, mayTellLater: true };

  test("ran at the press: its length tells how far", () => {
    expect(asked).toMatchObject({ kind: "ask-length", recording: A, stoppedMs: stopped.atMs });
    const before = { sentMs: PRESSED_MS - 1, atMs: PRESSED_MS + 100 };
    expect(place({ reading: nothing(50), stopped: before })).toMatchObject({ stoppedMs: undefined });
  });

  test.each([
    { what: "as was believed", length: 10, press: early, second: 10 },
    { what: "less, because a pause was not seen", length: 8, press: late, second: 8 },
    { what: "more, because the end of a pause was not seen", length: 13, press: late, second: 13 },
    { what: "as was believed, whose length is not told", length: undefined, press: late, second: 10 },
    { what: "as was believed, whose length is never told", length: 0, press: late, second: 10 },
    { what: "as was believed, whose length no pause explains", length: 2, press: late, second: 10 },
  ])("had run $what", ({ length, press, second }) => {
    expect(placeStopped(asked as AskLength, press, length)).toMatchObject({ ...inA, timeSeconds: second });
  });

  test.each([undefined, 0, 8, 13])("is asked again for a length that may not be its last: %s", (length) => {
    expect(placeStopped(asked as AskLength, early, length)).toEqual({ kind: "ask-again" });
  });

  test("which had run less than the trail is not put at its begin because no length is told yet", () => {
    const short = { ...(asked as AskLength), elapsed: around(3500) };
    expect(placeStopped(short, late, 0)).toMatchObject({ ...inA, timeSeconds: 3 });
  });

  test("whose time was never known has no place", () => {
    const untimed = { ...(asked as AskLength), elapsed: undefined };
    expect(placeStopped(untimed, early, 10).kind).toBe("unplaceable");
  });

  test("long after the press has no certain place where a pause was not seen", () => {
    const stoppedLate = { ...(asked as AskLength), stoppedMs: PRESSED_MS + 4000 };
    expect(placeStopped(stoppedLate, early, 11)).toMatchObject(inA);
    expect(placeStopped(stoppedLate, late, 8).kind).toBe("unplaceable");
  });
});

describe("a recording that was begun from here and that the server does not show yet", () => {
  test("ran at a press within a second of it", () => {
    expect(place({ reading: nothing(50), begunMs: PRESSED_MS - 1000 })).toMatchObject(inA);
  });

  test("may have ended before a later press: the server is asked again", () => {
    expect(place({ reading: nothing(50), begunMs: PRESSED_MS - 1001 })).toEqual({ kind: "ask-again" });
  });
});

describe("another recording than was known", () => {
  const unknown = { believed: undefined };

  test("is asked about again until it is proven, and then has its time", () => {
    const first = read(50, 3, B);
    expect(place({ ...unknown, reading: first, first })).toEqual({ kind: "ask-again" });
    const placed = { kind: "placed", recording: B, timeSeconds: 3 };
    expect(place({ ...unknown, reading: read(1100, 4, B), first })).toMatchObject(placed);
  });

  test("that began less than half a second after the press was meant", () => {
    const first = read(450, 0, B);
    const placed = { kind: "placed", recording: B, timeSeconds: 0 };
    expect(place({ ...unknown, reading: read(1100, 1, B), first })).toMatchObject(placed);
    expect(place({ ...unknown, reading: read(480, 0, B) }).kind).toBe("ask-again");
    expect(place({ ...unknown, reading: read(481, 0, B) }).kind).toBe("unplaceable");
  });

  test("in the place of the known one is no proof of where the mark belongs: the known one's length is", () => {
    expect(place({ reading: read(TRAILS_MS, 1, B) })).toMatchObject({ kind: "ask-length", recording: A });
    const first = read(50, 25, B);
    expect(place({ reading: read(TRAILS_MS, 30, B), first })).toMatchObject({ kind: "placed", recording: B });
  });
});

test.each([
  [around(10_500), 10],
  [around(10_500, 1000), 10],
  [{ lowMs: 10_900, guessMs: 10_900, highMs: 12_100 }, 11],
  [{ lowMs: 10_100, guessMs: 12_800, highMs: 12_900 }, 11],
  [{ lowMs: 10_100, guessMs: 11_000, highMs: 13_100 }, undefined],
  [{ lowMs: 0, guessMs: 0, highMs: 0 }, 0],
])("between %o every second is at most one from %s", (bounds, second) => {
  expect(certainSecond(bounds)).toBe(second);
});
