import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import type { DiskCall, OpenHow } from "./power-disk.ts";

/** What a process did to its disk, and what it said to the world. */
export interface Trace {
  readonly calls: readonly DiskCall[];
  /** Everything that left the process, from the place on where it could first be heard. */
  readonly said: readonly { readonly begin: number; readonly text: string }[];
  /** The place after everything. */
  readonly end: number;
}

const CALLS =
  "open,openat,creat,write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,copy_file_range,sendfile,truncate," +
  "ftruncate,fallocate,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat," +
  "fsync,fdatasync,sync_file_range,sync,syncfs,msync,io_uring_enter";

/** Not where strace is missing, nor where processes may not be watched. */
export function canTrace(): boolean {
  return spawnSync("strace", ["-D", "-f", "--seccomp-bpf", "-o", "/dev/null", "true"]).status === 0;
}

/** What has to stand before a command, so that what it does is written to that file; the command keeps its process id. */
export function traced(file: string): readonly string[] {
  const all = ["-D", "-f", "-y", "-xx", "-s", "10000000", "--seccomp-bpf", "-e", "signal=KILL"];
  return ["strace", ...all, "-e", `trace=${CALLS}`, "-o", file];
}

/** Whether everything is in the file: the last line tells of the end of the process. */
export function isWhole(file: string, processId: number): boolean {
  return new RegExp(`^${processId} +\\+\\+\\+ `, "m").test(readFileSync(file, "latin1").slice(-10_000));
}

/** Reads what `traced` wrote; paths are below `root`, and what happens elsewhere is left out. */
export function readTrace(file: string, root: string): Trace {
  const lines = readFileSync(file, "latin1").split("\n");
  const calls: DiskCall[] = [];
  const said: Trace["said"][number][] = [];
  for (const call of systemCalls(lines)) {
    const disk = toDiskCall(call, root);
    if (disk !== undefined) calls.push(disk);
    else if (SAYING.has(call.name)) said.push({ begin: call.begin, text: heard(call.words) });
  }
  return { calls, said, end: lines.length };
}

interface SystemCall {
  readonly begin: number;
  readonly end: number;
  readonly name: string;
  /** Between the brackets, split at commas: texts are in hexadecimal and hold none. */
  readonly words: readonly string[];
  /** Nothing when the process was killed before. */
  readonly result: string | undefined;
}

const LINE = /^(\d+) +(?:<\.\.\. \w+ resumed>|(\w+)\()(.*)$/;
const RESULT = /\) += (.*)$/;
const UNFINISHED = " <unfinished ...>";

/** In the order in which they began; lines of several threads interrupt each other. */
function systemCalls(lines: readonly string[]): readonly SystemCall[] {
  const begun = new Map<string, { begin: number; name: string; text: string }>();
  const calls: SystemCall[] = [];
  for (const [place, line] of lines.entries()) {
    const [, thread = "", name, text = ""] = LINE.exec(line) ?? [];
    if (thread === "") continue;
    const first = name === undefined ? begun.get(thread) : { begin: place, name, text: "" };
    if (first === undefined) continue;
    begun.delete(thread);
    if (text.endsWith(UNFINISHED)) begun.set(thread, { ...first, text: text.slice(0, -UNFINISHED.length) });
    else calls.push(toSystemCall({ ...first, text: first.text + text }, place));
  }
  for (const call of begun.values()) calls.push(toSystemCall(call, Infinity));
  return calls
    .filter(({ result }) => result?.startsWith("-1 ") !== true)
    .sort((one, other) => one.begin - other.begin);
}

function toSystemCall(call: { begin: number; name: string; text: string }, end: number): SystemCall {
  const { begin, name, text } = call;
  const result = RESULT.exec(text);
  const between = result === null ? text : text.slice(0, result.index);
  return { begin, end, name, words: between.split(", "), result: result?.[1] };
}

function toDiskCall(call: SystemCall, root: string): DiskCall | undefined {
  const read = readers[call.name];
  if (read === undefined) return undefined;
  const { begin, end } = call;
  // Of a descriptor strace tells the path, of which nothing else is needed: it may have another name by now.
  const isOurs = call.words.some((word) => pathIn(word, root) !== undefined);
  const what = isOurs ? read(call, (word = "") => pathIn(word, root) ?? "..") : undefined;
  return what === undefined ? undefined : ({ begin, end, ...what } as DiskCall);
}

type What = DiskCall extends infer Call
  ? Call extends DiskCall
    ? Omit<Call, "begin" | "end">
    : never
  : never;
type Read = (call: SystemCall, path: (word: string | undefined) => string) => What | undefined;

const write: Read = ({ words: [descriptor, bytes, , offset], result }) => ({
  kind: "write",
  descriptor: numberOf(descriptor),
  offset: offset === undefined ? undefined : numberOf(offset),
  bytes: bytesOf(bytes).subarray(0, numberOf(result ?? "1000000000")),
});
const sync: Read = ({ words: [descriptor], end }) =>
  end === Infinity ? undefined : { kind: "sync", descriptor: numberOf(descriptor) };
const rename: Read = ({ words }, path) => {
  const [from, to] = words.filter((word) => word.startsWith('"'));
  return { kind: "rename", from: path(from), to: path(to) };
};
const unlink: Read = ({ words }, path) => ({
  kind: "unlink",
  path: path(words.find((word) => word.startsWith('"'))),
});
const makeFolder: Read = ({ words }, path) => ({
  kind: "make-folder",
  path: path(words.find((word) => word.startsWith('"'))),
});
const open: Read = ({ words, result }, path) => {
  if (result === undefined) return undefined;
  const how: OpenHow = /O_TRUNC/.test(words.join())
    ? "empty"
    : /O_CREAT/.test(words.join())
      ? "create"
      : "existing";
  return {
    kind: "open",
    path: path(words.find((word) => word.startsWith('"'))),
    descriptor: numberOf(result),
    how,
  };
};
const unknown: Read = ({ name, words }) => {
  throw new Error(`the model of the disk does not know ${name} ${words.join(", ").slice(0, 200)}`);
};

const readers: Readonly<Record<string, Read>> = {
  open,
  openat: open,
  write,
  pwrite64: write,
  ftruncate: ({ words: [descriptor, length] }) => ({
    kind: "truncate",
    descriptor: numberOf(descriptor),
    length: numberOf(length),
  }),
  fsync: sync,
  fdatasync: sync,
  rename,
  renameat: rename,
  renameat2: rename,
  unlink,
  unlinkat: unlink,
  mkdir: makeFolder,
  mkdirat: makeFolder,
  creat: unknown,
  writev: unknown,
  pwritev: unknown,
  pwritev2: unknown,
  copy_file_range: unknown,
  sendfile: unknown,
  truncate: unknown,
  fallocate: unknown,
  link: unknown,
  linkat: unknown,
  rmdir: unknown,
};

const SAYING: ReadonlySet<string> = new Set(["write", "writev", "sendto", "sendmsg"]);

function heard(words: readonly string[]): string {
  return words.map((word) => (word.includes('"') ? bytesOf(word).toString() : "")).join("");
}

function numberOf(word = ""): number {
  return Number.parseInt(word, 10);
}

const HEXADECIMAL = /(?:\\x[0-9a-f]{2})+/g;

/** The text in a word, which is `"\x41"`, `18<\x2f>`, or a list of such. */
function bytesOf(word = ""): Buffer {
  const texts = (word.slice(word.indexOf('"')).match(HEXADECIMAL) ?? []).map((text) =>
    Buffer.from(text.replaceAll("\\x", ""), "hex"),
  );
  return Buffer.concat(texts);
}

/** Below the root; nothing for what is elsewhere. */
function pathIn(word: string, root: string): string | undefined {
  for (const text of word.match(HEXADECIMAL) ?? []) {
    if (text.length > 4 * 4096) continue;
    const path = Buffer.from(text.replaceAll("\\x", ""), "hex").toString();
    if (path === root || path.startsWith(`${root}/`)) return posix.relative(root, path);
  }
  return undefined;
}
