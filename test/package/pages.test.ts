import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "../support/rig.ts";

const FOLDER = join(import.meta.dirname, "../../src/package");
const PAGES = ["npm.md", "debian.md", "raspberry-pi.md", "windows.md", "macos.md"];
const commandLine = readFileSync(join(import.meta.dirname, "../surfaces/command-line.txt"), "utf8");

function readPage(name: string): string {
  return readFileSync(join(FOLDER, name), "utf8");
}

function blocks(page: string, languages: readonly string[]): readonly string[] {
  const found = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  return found.filter(([, language = ""]) => languages.includes(language)).map(([, , text = ""]) => text);
}

describe.each(PAGES)("%s", (name) => {
  const page = readPage(name);
  const commands = blocks(page, ["sh", "powershell"])
    .join("")
    .split("\n")
    .flatMap((line) => /(?:^|\s)valt-bridge (?!.*<<)(\w.*)$/.exec(line)?.[1] ?? []);

  test("names commands and options that there are", () => {
    const missing = commands.flatMap((command) => {
      const [word = "", ...words] = command.split(/ [|>] ?/)[0]?.split(" ") ?? [];
      const options = words.filter((option) => /^--\w/.test(option));
      const about = commandLine
        .split(/^(?=Usage: )/m)
        .find((part) => part.startsWith(`Usage: valt-bridge ${word} `));
      if (about === undefined) return [command];
      return options
        .filter((option) => !new RegExp(`${option}(?![\\w-])`).test(about))
        .map((one) => `${word} ${one}`);
    });
    expect(missing).toEqual([]);
    expect(commands.length + Number(name === "raspberry-pi.md")).toBeGreaterThan(0);
  });

  test("shows mappings without errors", () => {
    for (const text of blocks(page, ["jsonc"])) expect(() => parse(text)).not.toThrow();
  });

  test("says how to install, upgrade, keep and remove it", () => {
    for (const word of [/install/i, /upgrade/i, /backup/i, /remov/i]) expect(page).toMatch(word);
  });
});

test("the Raspberry Pi's mapping shows a button and a lamp on pins", () => {
  const [text = ""] = blocks(readPage("raspberry-pi.md"), ["jsonc"]);
  const kinds = [...parse(text).devices.values()].map(({ kind }) => kind.kind);
  expect(kinds).toEqual(["usb-hid", "usb-hid", "leds"]);
});
