import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { EditResult, Edits, FileInfo } from "../../src/web/page/editing.ts";
import { asked } from "../trust/product.ts";
import { type AttackedConsole, startAttackedConsole, TOKENS } from "./console.ts";
import { tellDelays } from "./support.ts";

const MIB = 1_048_576;
const DEVICES = { desk: { kind: "virtual", model: "xl", room: "interview-1" } };

/** Somebody who edits, with a session of their own. */
async function createEditor({ url }: AttackedConsole) {
  const entered = await fetch(`${url}/login`, {
    method: "POST",
    redirect: "manual",
    headers: { origin: url },
    body: new URLSearchParams({ token: TOKENS.press }),
  });
  const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
  const headers = { origin: url, cookie, "content-type": "application/json" };
  const post = (what: string, body: string) =>
    fetch(`${url}/edit/${what}`, { method: "POST", headers, body });
  return {
    post,
    async file(): Promise<FileInfo> {
      const { files } = (await (await post("files", "{}")).json()) as Edits["files"]["answer"];
      return files[0] as FileInfo;
    },
    async save(file: FileInfo, text: string): Promise<EditResult["kind"] | number> {
      const answer = await post("save", JSON.stringify({ files: [{ name: "", sum: file.sum, text }] }));
      return answer.status === 200 ? ((await answer.json()) as EditResult).kind : answer.status;
    },
  };
}

const withNote = (text: string, note: string) => text.replace(/(?:\/\/.*\n)?\{/, `// ${note}\n{`);
const count = (all: readonly unknown[], one: unknown) => all.filter((each) => each === one).length;

test("of two who save at once one is told that the file is another one", { timeout: 240_000 }, async () => {
  const attacked = await startAttackedConsole({ devices: DEVICES });
  const { site, beginAttack, delays } = attacked;
  const editors = await Promise.all([createEditor(attacked), createEditor(attacked)]);
  await beginAttack();
  for (let round = 0; round < 4; round++) {
    const files = await Promise.all(editors.map((editor) => editor.file()));
    const texts = files.map(({ text }, at) => withNote(text, `editor ${at}, round ${round}`));
    const kinds = await Promise.all(
      editors.map((editor, at) => editor.save(files[at] as FileInfo, texts[at] as string)),
    );
    expect(kinds.toSorted()).toEqual(["changed", "done"]);
    expect(readFileSync(site.mappingFile, "utf8")).toBe(texts[kinds.indexOf("done")]);
  }
  console.info(tellDelays("two editors, 8 saves", await delays()));
});

test("saves without end, and beside another program, leave the file whole", {
  timeout: 240_000,
}, async () => {
  const attacked = await startAttackedConsole({ devices: DEVICES });
  const { site, beginAttack, delays } = attacked;
  const editors = await Promise.all(Array.from({ length: 40 }, () => createEditor(attacked)));
  const [first] = editors;
  const file = await (first as (typeof editors)[number]).file();
  const written = new Set([file.text]);
  await beginAttack();
  const began = performance.now();
  const saves = editors.flatMap((editor, at) =>
    Array.from({ length: 10 }, (_, round) => {
      const text = withNote(file.text, `editor ${at}, save ${round}`);
      written.add(text);
      return editor.save(file, text);
    }),
  );
  const kinds = await Promise.all(saves);
  console.info(
    `${tellDelays(`400 saves in ${(performance.now() - began).toFixed(0)} ms`, await delays())}: ${count(kinds, "done")} done, ${count(kinds, "changed")} changed, ${count(kinds, "failed")} too much at once, ${count(kinds, 429)} too often`,
  );
  expect(count(kinds, "done")).toBe(1);
  expect(written).toContain(readFileSync(site.mappingFile, "utf8"));

  // Another program writes meanwhile: who began with the text before it is told.
  const other = await createEditor(attacked);
  const before = await other.file();
  const theirs = withNote(before.text, "another program");
  writeFileSync(site.mappingFile, theirs);
  expect(await other.save(before, withNote(before.text, "too late"))).toBe("changed");
  expect(readFileSync(site.mappingFile, "utf8")).toBe(theirs);
});

const QUESTIONS: Readonly<Record<string, string>> = {
  "4 MB of nested lists": "[".repeat(4 * MIB - 100),
  "4 MB of closed lists": `${"[".repeat(2 * MIB - 100)}${"]".repeat(2 * MIB - 100)}`,
  "4 MB of empty objects": `{"files":[${"{},".repeat(1.3 * MIB)}{}]}`,
  "4 MB of keys": `{${Array.from({ length: 300_000 }, (_, at) => `"key${at}":1`).join()}}`,
  "4 MB of escapes": JSON.stringify({ files: [{ name: "", sum: "", text: "\u0001".repeat(690_000) }] }),
  "4 MB of quotes": JSON.stringify({ files: [{ name: "", sum: "", text: '"'.repeat(1_000_000) }] }),
  "50 files of nothing": JSON.stringify({
    files: Array.from({ length: 50 }, (_, at) => ({ name: `../${at}`, sum: "", text: "{}" })),
  }),
  "more than 4 MB": JSON.stringify({ files: "x".repeat(5 * MIB) }),
};

test("no question to the editor holds up the main thread", { timeout: 240_000 }, async () => {
  const attacked = await startAttackedConsole({ devices: DEVICES });
  for (const [name, question] of Object.entries(QUESTIONS)) {
    const editor = await createEditor(attacked);
    await attacked.beginAttack();
    const answers = await Promise.all(
      ["check", "save", "try", "preview"].map(async (what) => (await editor.post(what, question)).status),
    );
    console.info(`${tellDelays(name, await attacked.delays())}: ${answers.join(" ")}`);
  }
  const editor = await createEditor(attacked);
  await asked("the file", async () => (await editor.file()).text !== "", 20_000);
});
