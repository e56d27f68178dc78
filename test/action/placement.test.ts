import { describe, expect, test } from "vitest";
import {
  certainSecond,
  type PlaceEvidence,
  type PlaceReading,
  placeMark,
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
    ranUntilMs: undefined,
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

  test("and its end was asked for from here later", () => {
    expect(place({ reading: nothing(50), ranUntilMs: PRESSED_MS + 1 })).toMatchObject(inA);
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
    expect(place({ ...unknown, reading: read(600, 0, B) }).kind).toBe("unplaceable");
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
