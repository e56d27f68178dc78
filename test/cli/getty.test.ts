import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { examineConsole } from "../../src/cli/doctor/getty.ts";

/** A machine on which these programs run, with these consoles of the kernel. */
function machine(programs: Readonly<Record<string, readonly string[]>>, consoles = "tty0 -WU (EC p) 4:1\n") {
  const folder = mkdtempSync(join(tmpdir(), "proc-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [pid, words] of Object.entries(programs)) {
    mkdirSync(join(folder, pid));
    writeFileSync(join(folder, pid, "cmdline"), words.map((word) => `${word}\0`).join(""));
  }
  writeFileSync(join(folder, "consoles"), consoles);
  const port = join(folder, "ttyAMA0");
  writeFileSync(port, "");
  const alias = join(folder, "serial0");
  symlinkSync(port, alias);
  return { proc: folder, port, alias };
}

const GETTY = ["/sbin/agetty", "--keep-baud", "115200,57600,38400,9600", "ttyAMA0", "vt220"];

test.each(["port", "alias"] as const)("a login on a Pi's UART is found under its %s", (name) => {
  const pi = machine({ 1: ["/sbin/init"], 424: GETTY });
  expect(examineConsole(pi[name], "device line", pi.proc)).toEqual({
    state: "FAIL",
    about: "device line",
    text: `${pi[name]} is a login console: agetty, process 424, reads what comes there`,
    remedy: expect.stringContaining("systemctl disable --now serial-getty@ttyAMA0.service"),
  });
});

test("a login on another port, and another program with its name among its words, are none", () => {
  const pi = machine({ 424: [...GETTY.slice(0, 3), "ttyS0", "vt220"], 500: ["/usr/bin/screen", "ttyAMA0"] });
  expect(examineConsole(pi.port, "device line", pi.proc)).toBeUndefined();
});

test("the kernel's own console is found", () => {
  const pi = machine({}, "ttyAMA0              -W- (EC p a)  204:64\ntty0 -WU (EC p) 4:1\n");
  expect(examineConsole(pi.port, "device line", pi.proc)).toMatchObject({
    state: "WARN",
    remedy: expect.stringContaining("console=ttyAMA0"),
  });
});
