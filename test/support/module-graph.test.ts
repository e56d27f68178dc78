import { expect, test } from "vitest";
import { findCircles, findUnused, readModule } from "./module-graph.ts";

test("exports that nobody takes are found, types and values alike", () => {
  const modules = [
    readModule(
      "src/a.ts",
      "export type A = 1; export interface B {} export const c = 1, d = 2; export async function e() {} export class F {}",
    ),
    readModule("src/b.ts", 'import { type A, c as other } from "./a.ts"; export { e as g } from "./a.ts";'),
    readModule(
      "src/x/c.tsx",
      'import type * as all from "../b.ts"; let one: all.g; const { F } = await import("../a.ts");',
    ),
  ];
  expect(findUnused(modules)).toEqual(["src/a.ts: B", "src/a.ts: d"]);
  const door = readModule("src/door.ts", 'export type * from "./a.ts";');
  expect(findUnused([...modules, door])).toEqual([]);
});

test("circles are found, those that a type closes too, and a file that imports itself", () => {
  const modules = [
    readModule("a.ts", 'import { b } from "./b.ts"; import "some-package";'),
    readModule("b.ts", 'import type { C } from "./c.ts";'),
    readModule("c.ts", 'type A = import("./a.ts").A;'),
    readModule("d.ts", 'import { a } from "./a.ts"; import "./e.ts";'),
    readModule("e.ts", "export {};"),
    readModule("f.ts", 'import "./f.ts";'),
  ];
  expect(findCircles(modules)).toEqual([["a.ts", "b.ts", "c.ts"], ["f.ts"]]);
});
