import { readFileSync } from "node:fs";

/** The child's side of a conversation: a table of questions that its parent may ask. */
export type Answers = Readonly<Record<string, (detail: never) => unknown>>;

export interface Asked {
  readonly id: number;
  readonly question: string;
  readonly detail: unknown;
}

export type Replied =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string };

/** Answers until the parent lets go, then ends the process. */
export function answerParent(answers: Answers): void {
  process.on("message", (asked: Asked) => void reply(asked));
  process.once("disconnect", () => process.exit(0));

  async function reply({ id, question, detail }: Asked): Promise<void> {
    try {
      const answer = await answers[question]?.(detail as never);
      process.send?.({ id, answer } satisfies Replied);
    } catch (error) {
      process.send?.({ id, error: String(error) } satisfies Replied);
    }
  }
}

/** What a process has used so far. */
export interface Usage {
  readonly atMs: number;
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** Without pages of files, which the system may give up. Of Linux. */
  readonly ownBytes: number;
}

export function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return {
    atMs: performance.now(),
    cpuMs: (user + system) / 1000,
    rssBytes: process.memoryUsage.rss(),
    ownBytes: readOwnBytes(),
  };
}

function readOwnBytes(): number {
  return 1024 * Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}
