import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { controlId } from "../../../src/base/identifiers.ts";
import { dialects as all } from "../../../src/link/dialects/index.ts";
import { settle } from "../../support/fake-clock.ts";
import { createLineSetting, DONE, LAB, OFFICE, streamPeer, wirePeer } from "./setting.ts";

const unlimited = { perSecond: 1e9, burst: 1e9 };
const dialects = all.filter(({ style }) => style === "lines").map(({ name }) => name);

function createDialect(dialect: string) {
  const room = all.find(({ name }) => name === dialect)?.needsRoom === true ? LAB : undefined;
  return createLineSetting({ dialect, room, limit: unlimited, outcome: DONE });
}

describe("answers of the native protocol", () => {
  const commands = fc.constantFrom(
    "REC START 4",
    "REC STOP lab",
    "REC TOGGLE 5",
    "REC? 4",
    "MARK 5 text",
    "STATUS?",
    "SUB * TIME 1",
    "UNSUB",
    "LOCK ON 4",
    "BTN k CLICK",
    "LED? k",
    "HB 1",
    "PING",
    "REC START 9",
    "REC",
    "NONSENSE 1",
  );
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ say: commands, who: fc.nat(2) }) },
    { weight: 3, arbitrary: fc.record({ end: fc.nat(5) }) },
    { weight: 2, arbitrary: fc.record({ wait: fc.integer({ min: 0, max: 2000 }) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        status: fc.constantFrom(...(["available", "recording", "paused", undefined] as const)),
      }),
    },
  );

  type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

  /** Plays the steps and returns, for each client, the tags it sent and the answers it got. */
  async function play(steps: readonly Step[]) {
    const setting = createLineSetting({ limit: unlimited });
    const clients = [streamPeer(), streamPeer(), wirePeer].map((peer) => ({ peer, tags: [] as string[] }));
    setting.link.panel([controlId("k")]);
    for (const { peer } of clients) setting.link.joined(peer);
    const say = (line: string, who: number) => {
      const { peer, tags } = clients[who]!;
      const tag = `@${who}${tags.length}`;
      tags.push(tag);
      setting.say(`${tag} ${line}`, peer);
    };
    for (const one of steps) {
      if ("say" in one) say(one.say, one.who);
      else if ("end" in one) setting.acted[one.end]?.end(DONE);
      else if ("wait" in one) await setting.clock.advance(one.wait);
      else [LAB, OFFICE].map((room) => setting.setRoom(room, one.status));
    }
    await setting.clock.advance(3000);
    setting.link.close();
    expect(setting.clock.timerCount()).toBe(0);
    return clients.map(({ peer, tags }) => ({ tags, answers: answersIn(setting.heard(peer)) }));
  }

  test("are exactly one for each command and in its order, whatever comes between", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        for (const { tags, answers } of await play(steps)) {
          for (const answer of answers) expect(answer).toMatch(/^@\d+ (?:OK [A-Z]|ERR \d\d [A-Z]+$)/);
          expect(answers.map((answer) => answer.split(" ")[0])).toEqual(tags);
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** Everything that is not told unasked. */
function answersIn(texts: readonly string[]): readonly string[] {
  const lines = texts.join("").split("\r\n");
  return lines.filter((line) => line !== "" && !line.startsWith("!"));
}

describe.each(dialects)("in the dialect %s", (dialect) => {
  const words = fc.constantFrom(
    ..."REC START STOP 4 lab @1 SUB * TIME 1 HB \x1b W Y1 Y0 RCDR B M13* CV I 35 Q LOGIN OK ERR ! \r \n |".split(
      " ",
    ),
  );

  test("no line throws, and what is sent ends as lines do", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: "binary" }), words), { maxLength: 12 }),
        fc.constantFrom("", " "),
        (parts, glue) => {
          const { say, sent } = createDialect(dialect);
          say(parts.join(glue));
          for (const { text } of sent) expect(text).toMatch(/\r?\n$/);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("a million random bytes, cut into lines anywhere, do nothing", async () => {
    const { say, acted, touched, sent, clock } = createDialect(dialect);
    const decoder = new TextDecoder("latin1");
    const next = createRandom(dialect.length);
    for (let bytes = 0; bytes < 1_000_000; ) {
      const line = Uint8Array.from({ length: 1 + (next() % 400) }, () => next() & 0xff);
      bytes += line.length;
      say(decoder.decode(line));
    }
    await settle();
    expect(acted).toEqual([]);
    expect(touched).toEqual([]);
    // Twenty answers a minute to what nobody knows, and a few questions that the bytes happened to be.
    expect(sent.length).toBeLessThan(100);
    expect(clock.timerCount()).toBeLessThan(5);
  });
});

/** Always the same bytes (xorshift). */
function createRandom(seed: number): () => number {
  let state = 0x9e3779b9 ^ seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
