import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findHoldersOfFile, findTakenPort } from "../../src/cli/places/port-owner.ts";

/** A /proc as Linux shows it, with these processes and socket tables. */
function fakeProc(
  processes: Readonly<Record<number, { readonly comm: string; readonly open: readonly string[] }>>,
  tables: Readonly<Record<string, readonly string[]>> = {},
): string {
  const proc = mkdtempSync(join(tmpdir(), "valt-bridge-proc-"));
  onTestFinished(() => rmSync(proc, { recursive: true, force: true }));
  mkdirSync(join(proc, "net"));
  for (const [name, rows] of Object.entries(tables))
    writeFileSync(join(proc, "net", name), ["  sl  local_address rem_address   st", ...rows, ""].join("\n"));
  for (const [pid, { comm, open }] of Object.entries(processes)) {
    mkdirSync(join(proc, pid, "fd"), { recursive: true });
    writeFileSync(join(proc, pid, "comm"), `${comm}\n`);
    for (const [index, target] of open.entries()) symlinkSync(target, join(proc, pid, "fd", String(index)));
  }
  return proc;
}

/** A row as the kernel writes it: address backwards, port and state in hexadecimal. */
const row = (local: string, state: string, inode: number) =>
  `  62: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 2 0 0`;

const proc = () =>
  fakeProc(
    {
      71: { comm: "touchosc", open: ["/dev/null", "socket:[900]"] },
      72: { comm: "node", open: ["socket:[901]", "/dev/ttyUSB0"] },
    },
    {
      udp: [row("0100007F:2328", "07", 900)],
      tcp: [
        row("0100007F:2328", "01", 902),
        row("00000000:2329", "0A", 901),
        row("0100007F:232A", "0A", 999),
      ],
    },
  );

test("who has a device file open is found among all processes", () => {
  expect(findHoldersOfFile("/dev/ttyUSB0", proc())).toEqual([{ pid: 72, name: "node" }]);
  expect(findHoldersOfFile("/dev/ttyUSB1", proc())).toEqual([]);
});

test("who listens on a port is found by the socket that the process has", () => {
  const udp = { transport: "udp", host: "127.0.0.1", port: 9000 } as const;
  expect(findTakenPort(udp, proc())?.holders).toEqual([{ pid: 71, name: "touchosc" }]);
  const everywhere = { transport: "tcp", host: "10.0.20.5", port: 9001 } as const;
  expect(findTakenPort(everywhere, proc())?.holders).toEqual([{ pid: 72, name: "node" }]);
});

test("a connection is no listener, another address no collision, and an unknown port free", () => {
  expect(findTakenPort({ transport: "tcp", host: "127.0.0.1", port: 9000 }, proc())).toBeUndefined();
  expect(findTakenPort({ transport: "udp", host: "10.0.20.5", port: 9000 }, proc())).toBeUndefined();
  expect(findTakenPort({ transport: "udp", host: "127.0.0.1", port: 9100 }, proc())).toBeUndefined();
});

test("a port of a process that may not be looked into is taken by its account", () => {
  const taken = findTakenPort({ transport: "tcp", host: "127.0.0.1", port: 9002 }, proc());
  expect(taken).toEqual({ holders: [], userId: 1000 });
});

test("where there is no /proc, nobody is known", () => {
  const nowhere = join(tmpdir(), "valt-bridge-no-proc");
  expect(findHoldersOfFile("/dev/ttyUSB0", nowhere)).toEqual([]);
  expect(findTakenPort({ transport: "udp", host: "127.0.0.1", port: 9000 }, nowhere)).toBeUndefined();
});
