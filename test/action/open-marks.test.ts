import { describe, expect, test } from "vitest";
import type { RefusedMark } from "../../src/action/mark.ts";
import { OpenMarkList } from "../../src/action/open-marks.ts";
import { settle } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";
import { left, whileRecording } from "./marks-setting.ts";
import { ROOM } from "./setting.ts";

const SERVER = "https://valt.example.com";
const OTHER = "https://other.example.com";

const refusal: RefusedMark = { ...left, id: "old-2", why: "no such recording", refusedWallMs: 2000 };

/** A queue with one mark that waits and one that the server has refused. */
async function oneOfEach() {
  const setting = whileRecording();
  setting.mark("refused");
  await settle();
  setting.mark("waiting");
  await settle();
  setting.asked[0]!.refuse(failures.refused);
  await settle();
  setting.asked[1]!.refuse(failures.unreachable);
  await settle();
  return setting;
}

test("servers that the mapping does not name are told as long as marks wait for one", () => {
  const list = new OpenMarkList();
  expect(list.tellElsewhere()).toBeUndefined();
  const made = { ...left, server: OTHER };
  list.setAside({ made, mark: made });
  expect(list.tellElsewhere()).toBe(`marks wait for a server that the mapping does not name: ${OTHER}`);
  list.takeBack(({ server }) => server === OTHER);
  expect(list.tellElsewhere()).toBeUndefined();
});

describe("marks that are not on their server", () => {
  test("are listed with all that somebody needs who enters them by hand", async () => {
    const { queue, clock } = await oneOfEach();
    const { servers, waiting, refused } = queue.open(10);
    expect(servers).toEqual([{ server: SERVER, waiting: 1, refused: 1 }]);
    expect(waiting).toMatchObject([{ text: "waiting", room: ROOM, recording: "616", timeSeconds: 10 }]);
    const why = failures.refused.message;
    expect(refused).toMatchObject([{ text: "refused", timeSeconds: 10, why, refusedWallMs: clock.wallMs() }]);
  });

  test("leave the list when they are delivered", async () => {
    const { queue, clock, asked } = await oneOfEach();
    await clock.advance(2000);
    asked.at(-1)!.answer({});
    await settle();
    expect(queue.open(10)).toMatchObject({ waiting: [], servers: [{ waiting: 0, refused: 1 }] });
  });

  test("are all counted, and the newest listed", async () => {
    const setting = whileRecording();
    for (const text of ["one", "two", "three"]) {
      setting.mark(text);
      await settle();
      await setting.clock.advance(300);
    }
    const { servers, waiting } = setting.queue.open(2);
    expect(servers).toEqual([{ server: SERVER, waiting: 3, refused: 0 }]);
    expect(waiting.map(({ text }) => text)).toEqual(["three", "two"]);
  });

  test("of an earlier process are listed, refused ones too, each under its server", async () => {
    const setting = whileRecording();
    const elsewhere = { ...left, id: "old-3", server: OTHER };
    setting.keeper.left = { waiting: [left, elsewhere], delivered: [], refused: [refusal] };
    await setting.queue.restore();
    const { servers, refused } = setting.queue.open(10);
    expect(servers).toEqual(
      expect.arrayContaining([
        { server: SERVER, waiting: 1, refused: 1 },
        { server: OTHER, waiting: 1, refused: 0 },
      ]),
    );
    expect(refused).toEqual([refusal]);
  });

  test("set aside for a server that the mapping no longer names wait until it does again", async () => {
    const { mark, asked, queue, server, clock } = whileRecording();
    mark("one");
    await settle();
    asked[0]!.refuse(failures.unreachable);
    server.url = OTHER;
    await clock.advance(10_000);
    expect(queue.waiting()).toBe(0);
    expect(queue.open(10)).toMatchObject({
      servers: [{ server: SERVER, waiting: 1, refused: 0 }],
      refused: [],
    });
    queue.resume();
    expect(queue.waiting()).toBe(0);
    server.url = SERVER;
    queue.resume();
    expect(queue.waiting()).toBe(1);
    // Nobody knows whether it arrived before.
    expect(asked.at(-1)?.what).toBe("read");
    asked.at(-1)!.answer([]);
    await clock.advance(600);
    expect(asked.at(-1)).toMatchObject({ what: "add", request: { text: "one", timeSeconds: 10 } });
    asked.at(-1)!.answer({});
    await settle();
    expect(queue.open(10)).toMatchObject({ servers: [], waiting: [] });
  });
});

describe("a refused mark that somebody has settled", () => {
  test("is on record as settled, and no longer open", async () => {
    const { queue, keeper } = await oneOfEach();
    expect(queue.refusedIn(ROOM)).toBe(1);
    expect(queue.settle("mark-1")).toMatchObject({ text: "refused" });
    expect(keeper.written.at(-1)).toBe("settled mark-1");
    expect([queue.refusedIn(ROOM), queue.open(10).refused]).toEqual([0, []]);
  });

  test("is settled once, and what only waits not at all", async () => {
    const { queue, keeper } = await oneOfEach();
    queue.settle("mark-1");
    const written = keeper.written.length;
    expect([queue.settle("mark-1"), queue.settle("mark-2"), queue.settle("")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(keeper.written).toHaveLength(written);
    expect(queue.waiting()).toBe(1);
  });
});
