import type { Edits } from "./editing.ts";
import type { Schema } from "./editor/propose.ts";
import { say } from "./words.ts";

/** Why there is no answer, as a sentence. */
interface NoAnswer {
  readonly failure: string;
}

/** Asks the bridge something about an edited mapping. */
export async function askEditor<Name extends keyof Edits>(
  what: Name,
  question: Edits[Name]["question"],
): Promise<Edits[Name]["answer"] | NoAnswer> {
  const answer = await request(`./edit/${what}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(question),
  });
  return answer as Edits[Name]["answer"] | NoAnswer;
}

/** The schema for completion; nothing where it cannot be had: everything else works without. */
export async function loadSchema(): Promise<Schema | undefined> {
  const schema = (await request("./edit/schema", {})) as Schema | NoAnswer;
  return "failure" in schema ? undefined : schema;
}

async function request(path: string, init: RequestInit): Promise<unknown> {
  try {
    const response = await fetch(new URL(path, document.baseURI), init);
    return await response.json();
  } catch {
    return { failure: say("The bridge did not answer.") };
  }
}
