import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { findSecret } from "../../src/cli/mapping/secrets.ts";
import { scratch } from "./valt-bridge.ts";

function setVariables(variables: Readonly<Record<string, string>>): void {
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

test("what is missing is named: the variables, the file, or the credential", () => {
  const { folder, write } = scratch();
  expect(findSecret("A_SECRET")).toEqual({
    ok: false,
    failure: "neither A_SECRET nor A_SECRET_FILE is set",
  });
  setVariables({ CREDENTIALS_DIRECTORY: folder, A_SECRET: "" });
  const credential = join(folder, "a-secret");
  const failure = `A_SECRET is not set, and ${credential} is not there`;
  expect(findSecret("A_SECRET")).toEqual({ ok: false, failure });
  write("a-secret", "from the service manager\n");
  expect(findSecret("A_SECRET")).toEqual({ ok: true, value: "from the service manager" });
  setVariables({ A_SECRET_FILE: join(folder, "elsewhere") });
  expect(findSecret("A_SECRET")).toEqual({ ok: false, failure: `${folder}/elsewhere is not there` });
  write("elsewhere", "\r\n");
  expect(findSecret("A_SECRET")).toEqual({ ok: false, failure: `${folder}/elsewhere is empty` });
  setVariables({ A_SECRET: "direct" });
  expect(findSecret("A_SECRET")).toEqual({ ok: true, value: "direct" });
});

test("a credential of a whole folder is found by its file, and one of its own counts before it", () => {
  const { folder, write } = scratch();
  setVariables({ CREDENTIALS_DIRECTORY: folder, A_SECRET: "" });
  write("secret_a-secret", "of the folder\n");
  expect(findSecret("A_SECRET")).toEqual({ ok: true, value: "of the folder" });
  write("a-secret", "its own\n");
  expect(findSecret("A_SECRET")).toEqual({ ok: true, value: "its own" });
});

test.each([
  ["a byte order mark and a line end of Windows", "\uFEFFpass wörd \r\n", "pass wörd "],
  ["no line end", "-x", "-x"],
  ["more than one line end", "x\n\n", "x\n"],
])("a file is read with %s", (_, text, value) => {
  setVariables({ A_SECRET_FILE: scratch().write("secret", text) });
  expect(findSecret("A_SECRET")).toEqual({ ok: true, value });
});

test.each([
  ["is written in UTF-16", (file: string) => writeFileSync(file, Buffer.from("\uFEFFsecret", "utf16le"))],
  ["is a folder", (file: string) => mkdirSync(file)],
])("a file that %s is said to be so", (what, make) => {
  const file = join(scratch().folder, "secret");
  make(file);
  setVariables({ A_SECRET_FILE: file });
  expect(findSecret("A_SECRET")).toEqual({ ok: false, failure: `${file} ${what}` });
});
