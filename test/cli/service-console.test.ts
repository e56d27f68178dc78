import { Command } from "commander";
import { describe, expect, test } from "vitest";
import {
  addConsoleOptions,
  type ConsoleOptions,
  consoleRights,
  consoleTokens,
  consoleWords,
} from "../../src/cli/running/console.ts";
import { mappingText } from "../support/rig.ts";
import { command } from "./in-process.ts";
import { scratch } from "./valt-bridge.ts";

/** A value of each option that takes one. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  "--console": ["[::1]:9000"],
  "--console-certificate": ["/etc/a.pem"],
  "--console-key": ["/etc/a.key"],
  "--console-name": ["one.example.com", "two.example.com"],
  "--console-path": ["/bridge/"],
};

function parse(words: readonly string[]): ConsoleOptions {
  return addConsoleOptions(new Command()).parse(words, { from: "user" }).opts();
}

const options = addConsoleOptions(new Command()).options.map(({ long, required, variadic }) => ({
  long: long ?? "",
  words: [long ?? "", ...(required || variadic ? (VALUES[long ?? ""] ?? []) : [])],
}));

describe("a service runs the bridge with the console that it was printed for", () => {
  test.each(options)("$long", ({ words }) => {
    expect(parse(words)).not.toEqual(parse([]));
    expect(parse(consoleWords(parse(words)))).toEqual(parse(words));
  });

  test("all of them together", () => {
    const words = options.filter(({ long }) => long !== "--no-console").flatMap((one) => one.words);
    expect(parse(consoleWords(parse(words)))).toEqual(parse(words));
  });
});

describe.each(["systemd", "launchd", "windows"])("a service of %s gets as a credential", (system) => {
  test.each(consoleRights)("the console's token for %s", async (right) => {
    const { write } = scratch();
    const file = write("mapping.json", mappingText("https://valt.example.com"));
    const name = consoleTokens[right].toLowerCase().replaceAll("_", "-");
    const option = `--${name.replace("valt-", "")}`;
    const { code, out, err } = await command(["service", file, "--for", system, option]);
    expect(code).toBe(0);
    expect(out + err).toContain(name);
    const without = await command(["service", file, "--for", system]);
    expect(without.out + without.err).not.toContain(name);
  });
});
