import { expect, test } from "vitest";
import { createChance } from "../campaign/chance.ts";
import { type DiskCall, PowerDisk } from "./power-disk.ts";
import type { Cut, DiskImage } from "./power-restore.ts";

type Step = DiskCall extends infer Call
  ? Call extends DiskCall
    ? Omit<Call, "begin" | "end">
    : never
  : never;

const FILE = 7;
const FOLDER = 8;
const make = (path: string): Step => ({ kind: "open", path, descriptor: FILE, how: "create" });
const look = (path: string): Step => ({ kind: "open", path, descriptor: FOLDER, how: "existing" });
const write = (text: string, offset?: number): Step => ({
  kind: "write",
  descriptor: FILE,
  offset,
  bytes: Buffer.from(text),
});
const sync = (descriptor: number): Step => ({ kind: "sync", descriptor });

/** Everything that can be found after many power cuts at the end of these steps, as `name=content`. */
function afterCuts(steps: readonly Step[], { before = new Map(), disk = "honest" }: Setting = {}): string[] {
  const model = new PowerDisk(before);
  for (const [place, step] of steps.entries()) model.see({ begin: place, end: place, ...step } as DiskCall);
  const chance = createChance(1);
  const seen = new Set<string>();
  for (let count = 0; count < 300; count++) seen.add(spell(model.cut({ at: steps.length, chance, disk })));
  return [...seen].sort();
}

interface Setting {
  readonly before?: DiskImage;
  readonly disk?: Cut["disk"];
}

function spell(image: DiskImage): string {
  return [...image]
    .map(([path, content]) => (content === "folder" ? `${path}/` : `${path}=${content}`))
    .sort()
    .join(" ");
}

test("what was synced stays, and so does its name when the folder was synced", () => {
  expect(afterCuts([make("a"), write("kept"), sync(FILE), look(""), sync(FOLDER)])).toEqual(["a=kept"]);
});

test("a synced file whose folder was not synced may have no name", () => {
  expect(afterCuts([make("a"), write("kept"), sync(FILE)])).toEqual(["", "a=kept"]);
});

test("a folder whose own name was not synced may be gone with everything in it", () => {
  const steps = [{ kind: "make-folder", path: "f" } as const, make("f/a"), look("f"), sync(FOLDER)];
  expect(afterCuts(steps)).toEqual(["", "f/ f/a="]);
});

test("what was written after the sync may be there or not, or be zeros", () => {
  const steps = [make("a"), write("kept"), sync(FILE), look(""), sync(FOLDER), write("more")];
  expect(afterCuts(steps)).toEqual(["a=kept", "a=kept\0\0\0\0", "a=keptmore"]);
});

test("what was written first may be lost, and what was written later be there", () => {
  const steps = [make("a"), look(""), sync(FOLDER), write("x", 0), write("y", 1)];
  expect(afterCuts(steps)).toContain("a=\0y");
});

test("a write is torn between sectors, never within one", () => {
  const [old, young] = ["o".repeat(1024), "y".repeat(1024)];
  const found = afterCuts([make("a"), write(young, 0)], { before: new Map([["a", Buffer.from(old)]]) });
  const halves = found.map((text) =>
    text
      .slice(2)
      .match(/.{512}/g)!
      .map(([letter]) => letter)
      .join(""),
  );
  expect(halves.sort()).toEqual(["oo", "oy", "yo", "yy"]);
  expect(found.every((text) => /^a=((o{512}|y{512})){2}$/.test(text))).toBe(true);
});

test("a rename that was not synced is done or not, and never half", () => {
  const before = new Map([["a", Buffer.from("old")]]);
  const steps = [make("b"), write("new"), sync(FILE), { kind: "rename", from: "b", to: "a" } as const];
  expect(afterCuts(steps, { before })).toEqual(["a=new", "a=old", "a=old b=new"]);
});

test("a file that was removed may be back", () => {
  const before = new Map([["a", Buffer.from("old")]]);
  expect(afterCuts([{ kind: "unlink", path: "a" }], { before })).toEqual(["", "a=old"]);
});

test("a forgetful disk may lose what was synced", () => {
  const steps = [make("a"), write("kept"), sync(FILE), look(""), sync(FOLDER)];
  expect(afterCuts(steps, { disk: "forgetful" })).toContain("");
});
