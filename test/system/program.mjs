import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createInterface } from "node:readline";

/** A command of the built program, with the JSON lines that it prints. */
export class Program {
  lines = [];

  constructor(words, environment) {
    this.process = spawn("node", ["dist/src/main.js", ...words], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.ended = once(this.process, "exit");
    for (const stream of [this.process.stdout, this.process.stderr])
      createInterface(stream).on("line", (line) => this.lines.push(read(line)));
  }

  /** What is open, counted by sort, and what is in memory. */
  measure() {
    const folder = `/proc/${this.process.pid}`;
    const files = readdirSync(`${folder}/fd`).map((name) => sortOf(`${folder}/fd/${name}`));
    const sorts = Object.fromEntries(
      [...new Set(files)].sort().map((sort) => [sort, files.filter((file) => file === sort).length]),
    );
    const status = readFileSync(`${folder}/status`, "utf8");
    const numberOf = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)[1]);
    return {
      fileCount: files.length,
      sorts,
      memoryMegabytes: numberOf("VmRSS") / 1024,
      threadCount: numberOf("Threads"),
    };
  }

  async stop() {
    this.process.kill("SIGTERM");
    const [code] = await this.ended;
    return code;
  }
}

function read(line) {
  try {
    return JSON.parse(line);
  } catch {
    return { msg: line };
  }
}

/** `socket`, `pipe`, `anon_inode` or a path. */
function sortOf(link) {
  try {
    return readlinkSync(link).replace(/:.*/, "");
  } catch {
    return "closed";
  }
}
