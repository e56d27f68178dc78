import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { print, style } from "../terminal.ts";

/** Asks whoever sits at the terminal. Every question has an option of the command line that answers it beforehand. */
export interface Questions {
  /** A line; an empty one is `usual`, and without `usual` the question is asked again. */
  ask(question: Question): Promise<string>;
  /** A line that is not shown while it is typed. */
  askSecret(question: Question): Promise<string>;
  confirm(question: Question): Promise<boolean>;
  /** The line when somebody enters one before `instead` settles; else what that gives. */
  race<Instead>(text: string, instead: Promise<Instead>): Promise<string | Instead>;
  close(): void;
}

interface Question {
  readonly text: string;
  /** The option that answers it without being asked, such as `--server <url>`. */
  readonly option: string;
  readonly usual?: string;
}

/** Nobody can be asked, and an answer is missing. */
export class NoAnswer extends Error {}

/** On standard input and output; without a terminal there each question fails with `NoAnswer`, or gives its usual answer. */
export function createQuestions(signal: AbortSignal): Questions {
  return process.stdin.isTTY ? askPeople(signal) : askNobody;
}

const askNobody: Questions = {
  ask: (question) => usualOf(question),
  askSecret: (question) => usualOf(question),
  confirm: async (question) => isYes(await usualOf(question)),
  race: async () => "",
  close: () => undefined,
};

async function usualOf({ text, option, usual }: Question): Promise<string> {
  if (usual === undefined)
    throw new NoAnswer(`"${text}" has no answer, and there is no terminal: give ${option}`);
  return usual;
}

function askPeople(signal: AbortSignal): Questions {
  let isShown = true;
  const output = new Writable({
    write(chunk, _, done) {
      if (isShown) process.stdout.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  const read = (prompt: string, until: AbortSignal) => lines.question(`${prompt} `, { signal: until });
  const ask = async ({ text, usual }: Question): Promise<string> => {
    const shown = usual === undefined || usual === "" ? text : `${text} ${style("dim", `[${usual}]`)}`;
    for (;;) {
      const answer = (await read(style("bold", shown), signal)).trim() || usual;
      if (answer !== undefined) return answer;
    }
  };
  return {
    ask,
    async askSecret({ text }) {
      const answering = read(style("bold", text), signal);
      isShown = false;
      try {
        return await answering;
      } finally {
        isShown = true;
        print("");
      }
    },
    confirm: async (question) => isYes(await ask(question)),
    async race(text, instead) {
      const other = new AbortController();
      const line = read(text, AbortSignal.any([signal, other.signal]));
      const answer = await Promise.race([line, instead]);
      line.catch(() => undefined);
      other.abort();
      if (typeof answer !== "string") print("");
      return answer;
    },
    close: () => lines.close(),
  };
}

function isYes(answer: string): boolean {
  return /^y/i.test(answer);
}
