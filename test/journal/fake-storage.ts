import { type Result, succeed } from "../../src/base/result.ts";
import type { StorageFailure } from "../../src/journal/database.ts";
import type { Storage } from "../../src/journal/storage.ts";
import type { TaskName } from "../../src/journal/tasks.ts";

/** A storage without a disk: answers as it is told to, and keeps what it was asked. */
export function createFakeStorage(answers: Partial<Record<TaskName, unknown>> = {}) {
  const asked: [task: TaskName, question: unknown][] = [];
  const failures = new Map<TaskName, StorageFailure["kind"] | "hangs">();
  const answer = async (task: TaskName): Promise<Result<unknown, StorageFailure>> => {
    const kind = failures.get(task);
    if (kind === "hangs") return new Promise(() => undefined);
    if (kind === undefined) return succeed(answers[task] ?? null);
    return { ok: false, failure: { kind, message: `it is ${kind}` } };
  };
  const storage = {
    ask: (task: TaskName, question: unknown) => {
      asked.push([task, question]);
      return answer(task);
    },
    close: async () => undefined,
  } as Storage;
  const questions = (task: TaskName) => asked.filter(([one]) => one === task).map(([, question]) => question);
  return { storage, failures, asked, questions };
}
