import { createSocket } from "node:dgram";
import { expect, onTestFinished, test, vi } from "vitest";
import { quote } from "../../src/base/csv.ts";
import { isPrintable, printable } from "../../src/base/printable.ts";
import { show, style } from "../../src/cli/terminal.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { encodeOsc, until } from "../support/rig.ts";
import { asked } from "../trust/product.ts";
import { startAttacked } from "./support.ts";

/** Clears the screen, sets a title, breaks the line, turns the writing around, is half a character. */
const EVIL = "a\u001b[2J\u001b]0;title\u0007\r\nb\u009b31m\u007f\u2028c\u202egnp.exe\u2066\ud800d\0";
const HARMLESS = printable(EVIL);
/** A sentence of the server is on one line: line ends in it are blanks. */
const TITLE = "\ufffd]0;title";

test("nothing that outsiders named reaches a terminal, a log or VALT as it came", async () => {
  const created = await createSimulator({
    rooms: [
      { id: 1, name: EVIL },
      { id: 2, name: "=cmd|'/c calc'!A1" },
    ],
    controlPort: "none",
  });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  onTestFinished(() => simulator.close());
  const { product, site } = await startAttacked({
    devices: { osc: { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] } },
    rooms: { "interview-1": { id: 1, serverName: "Interview 1" }, "interview-2": 2 },
    server: simulator.url,
  });
  const udp = createSocket("udp4");
  onTestFinished(() => void udp.close());
  const port = await product.port("osc", "udp");
  const send = (address: string, ...values: string[]) =>
    udp.send(encodeOsc(address, values), port, "127.0.0.1");
  const isRecording = async () => (await product.status())?.rooms[1]?.status === "recording";
  await asked("the recording", async () => {
    send("/valt/room/interview-2/start");
    return isRecording();
  });
  for (const text of [EVIL, "=1+1", "a;=1+1", 'a; "@b']) send("/valt/room/interview-2/marker", text);
  send("/valt/room/interview-1/start");
  send(`/${EVIL.slice(1, 5)}`);
  await until("the marks", () => simulator.world.room(2)?.marks.length === 4);
  const marks = simulator.world.room(2)?.marks.map(({ text }) => text ?? "") ?? [];
  // The last one ends the text in OSC.
  expect(marks).toContain(HARMLESS.slice(0, -1));
  for (const text of marks) expect(isPrintable(text), JSON.stringify(text)).toBe(true);

  const outputs = new Map<string, string>();
  for (const words of [
    ["rooms", site.mappingFile],
    ["rooms", site.mappingFile, "--json"],
    ["status"],
    ["status", "--json"],
    ["doctor", site.mappingFile],
    ["journal", "marks"],
    ["journal", "marks", "--csv"],
    ["journal", "marks", "--json"],
    ["journal", "show"],
    ["journal", "show", "--csv"],
    ["journal", "show", "--json"],
  ]) {
    const { out, err } = await site.run(...words);
    outputs.set(words.filter((word) => word !== site.mappingFile).join(" "), out + err);
  }
  await product.stop();
  outputs.set("the log", product.out() + product.err());
  for (const [what, text] of outputs) {
    const lines = text.split("\n");
    expect(
      lines.filter((line) => !isPrintable(line)).map((line) => `${what}: ${JSON.stringify(line)}`),
    ).toEqual([]);
  }
  // It is not that nothing was printed.
  for (const what of ["rooms", "journal marks", "journal show", "doctor", "status"])
    expect(outputs.get(what), what).toContain(TITLE);
  const rooms = JSON.parse(outputs.get("rooms --json")?.split("\n", 1)[0] ?? "") as { name: string }[];
  expect(rooms[0]?.name).toBe(printable(HARMLESS));
  for (const what of ["journal marks --csv", "journal show --csv"]) examineTable(outputs.get(what) ?? "");
});

/** Whatever the separator, no cell begins as a formula. */
function examineTable(text: string): void {
  for (const line of text.trimEnd().split("\n")) {
    for (const separator of [",", ";", "\t", "|"]) {
      for (const cell of cellsOf(line, separator)) expect(cell, line).not.toMatch(/^\s*[=+@-]/);
    }
  }
}

/** As a spreadsheet reads a line: quotation marks keep a cell together when it begins with one. */
function cellsOf(line: string, separator: string): readonly string[] {
  const cells: string[] = [];
  let [cell, isQuoted] = ["", false];
  for (const [index, character] of [...line].entries()) {
    if (character === '"' && (isQuoted || cell === "" || line[index - 1] === '"')) isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      cells.push(cell);
      cell = "";
    } else cell += character;
  }
  return [...cells, cell];
}

test.each([
  ["plain", "plain"],
  ["interview-1", "interview-1"],
  ["2026-01-31T14:05:09.000Z", "2026-01-31T14:05:09.000Z"],
  ["", ""],
  ["=1+1", `"'=1+1"`],
  ["-1", `"'-1"`],
  [" =1", `" '=1"`],
  ["＝1", `"'＝1"`],
  ["a;=1", `"a;'=1"`],
  ["a\t-1", `"a\t'-1"`],
  ['a; "@b', `"a; ""'@b"`],
  ["a,=1", '"a,=1"'],
  ["a\tb", '"a\tb"'],
  ["a|b", '"a|b"'],
  ['say "so"', '"say ""so"""'],
  ["1+1", '"1+1"'],
])("the cell %j is written as %s", (text, cell) => {
  expect(quote(text)).toBe(cell);
});

test("a number stays a number, and what is missing is empty", () => {
  expect([quote(-1.5), quote(null), quote(undefined)]).toEqual(["-1.5", "", ""]);
});

test("colours are ours alone", () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("NO_COLOR", undefined);
  const screen = { isTTY: true } as NodeJS.WriteStream;
  expect(show(`${style("red", "no", screen)} \u001b[31mno\u001b[39m`)).toBe(
    "\u001b[31mno\u001b[39m \ufffd[31mno\ufffd[39m",
  );
});
