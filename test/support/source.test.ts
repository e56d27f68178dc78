import { expect, test } from "vitest";
import { readImports, withoutComments, withoutTexts } from "./source.ts";

test("imports are read whatever they look like, and values are told from types", () => {
  const text = `
import type { A } from "a";
import { type B, type C } from "b";
import { type D, e } from "c";
import {
  f,
} from "d";
import G, { h } from "e";
import * as i from "f";
import "g";
export { j } from "h";
export * from "i";
export type {
  K,
} from "j";
const l = await import("k");
// import { m } from "l";
const n = 'text'; /* import "m" */
export const o = "n";
`;
  expect(readImports(text).map(({ specifier, carries, how }) => `${how} ${specifier}: ${carries}`)).toEqual([
    "import a: types",
    "import b: types",
    "import c: values",
    "import d: values",
    "import e: values",
    "import f: values",
    "import g: values",
    "export h: values",
    "export i: values",
    "export j: types",
    "import k: values",
  ]);
});

test("comments and texts are blanked, and the lines stay where they are", () => {
  const text = 'const url = "http://x"; // Date\n/* process\n */ const pattern = /"\\/\\//; Date.now();\n';
  expect(withoutComments(text)).toBe(
    'const url = "http://x";        \n          \n    const pattern = /"\\/\\//; Date.now();\n',
  );
  expect(withoutTexts(text).match(/Date/g)).toHaveLength(1);
  expect(withoutTexts(text).split("\n")).toHaveLength(4);
});
