/** The thread in which edited mappings are checked and drawn: of a large site that takes longer than a press may wait. */
import { parentPort } from "node:worker_threads";
import { errorText } from "../../base/error-text.ts";
import { drawPanel } from "../../bridge/preview.ts";
import type { VocabularyLoader } from "../../mapping/mapping.ts";
import { adviseOn } from "../commands/check.ts";
import { renderSchema } from "../commands/schema.ts";
import { readMapping } from "../mapping/mapping-file.ts";
import type { Asked, ExaminationName, Examinations } from "./examination.ts";

/** Answers every question in its order, until the thread is ended. */
export function examineMappings(loadVocabulary: VocabularyLoader): void {
  const work: {
    readonly [Name in ExaminationName]: (
      question: Examinations[Name]["question"],
    ) => Promise<Examinations[Name]["answer"]>;
  } = {
    check: async ({ file, edited }) => {
      const { mapping, problems, source, beside } = await readMapping(file, loadVocabulary, { edited });
      return {
        problems,
        advice: mapping === undefined ? [] : adviseOn(mapping),
        isSound: mapping !== undefined,
        devices: [...(mapping?.devices.keys() ?? [])],
        texts: new Map(source?.files.map(({ name = "", text }) => [name, text])),
        beside,
      };
    },
    preview: async ({ file, edited, ...wish }) => {
      const { mapping } = await readMapping(file, loadVocabulary, { edited });
      return mapping && drawPanel({ mapping, ...wish });
    },
    schema: async () => renderSchema(await loadVocabulary()),
  };
  let last: Promise<void> = Promise.resolve();
  parentPort?.on("message", ({ id, what, question }: Asked) => {
    last = last
      .then(() => (work[what] as (question: unknown) => Promise<unknown>)(question))
      .then((answer) => parentPort?.postMessage({ id, answer }))
      .catch((error: unknown) => parentPort?.postMessage({ id, failure: errorText(error) }));
  });
}
