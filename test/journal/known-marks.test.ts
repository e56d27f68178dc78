import { expect, test } from "vitest";
import { KnownMarks } from "../../src/journal/known-marks.ts";
import { markNamed } from "./setting.ts";

const keep = (id: string) => ({ kind: "keep", mark: markNamed(id) }) as const;
const end = (id: string, result: "delivered" | "refused" | "settled") =>
  ({ kind: "settle", id, result, why: "no right", wallMs: 7 }) as const;

test("marks that wait or were refused are known, with all that was noted of them", () => {
  const known = new KnownMarks();
  known.load({
    waiting: [markNamed("a")],
    delivered: [],
    refused: [{ ...markNamed("b"), why: "no right", refusedWallMs: 7 }],
  });
  known.note({ kind: "note", id: "a", timeSeconds: 12 });
  known.note(keep("c"));
  known.note(end("c", "refused"));
  expect(known.changes()).toMatchObject([
    { kind: "keep", mark: { id: "b" } },
    end("b", "refused"),
    keep("a"),
    { kind: "note", id: "a", timeSeconds: 12 },
    keep("c"),
    end("c", "refused"),
  ]);
});

test("marks that were delivered or settled concern nobody any more", () => {
  const known = new KnownMarks();
  for (const id of ["a", "b", "c"]) known.note(keep(id));
  known.note(end("a", "delivered"));
  known.note(end("b", "refused"));
  known.note(end("b", "settled"));
  expect(known.changes()).toEqual([keep("c")]);
});

test("of two hundred thousand and one, the oldest is forgotten", () => {
  const known = new KnownMarks();
  const mark = markNamed("a");
  for (let count = 0; count <= 200_000; count++)
    known.note({ kind: "keep", mark: { ...mark, id: String(count) } });
  const ids = known.changes().flatMap((change) => (change.kind === "keep" ? [change.mark.id] : []));
  expect([ids.length, ids[0], ids.at(-1)]).toEqual([200_000, "1", "200000"]);
});
