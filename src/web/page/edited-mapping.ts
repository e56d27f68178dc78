import { useEffect, useState } from "preact/hooks";
import { askEditor } from "./ask-editor.ts";
import type { EditedFile, EditResult, Edits, FileInfo } from "./editing.ts";
import { after } from "./time.tsx";
import { say, translate } from "./words.ts";

/** What was typed, by the name of the file. */
export type Texts = ReadonlyMap<string, string>;

/** What is wrong with an edited mapping. */
export type Checked = Edits["check"]["answer"];

/** Nobody types on for so long: the text is checked. */
const PAUSE_MS = 400;

/** The files whose text is another one than on the disk. */
export function editedOf(files: readonly FileInfo[], texts: Texts): readonly EditedFile[] {
  return files.flatMap(({ name, text, sum }) => {
    const own = texts.get(name);
    return own === undefined || own === text ? [] : [{ name, text: own, sum }];
  });
}

/** Checks what was edited when nobody types on; `sound` is the newest that was without errors. */
export function useChecked(
  edited: readonly EditedFile[],
  fail: (why: string) => void,
): { readonly checked: Checked | undefined; readonly sound: readonly EditedFile[] | undefined } {
  const [checked, setChecked] = useState<Checked>();
  const [sound, setSound] = useState<readonly EditedFile[]>();
  const signature = JSON.stringify(edited);
  useEffect(() => {
    let isOld = false;
    const check = async () => {
      const answer = await askEditor("check", { files: edited });
      if (isOld) return;
      if ("failure" in answer) return fail(translate(answer.failure));
      setChecked(answer);
      if (answer.isSound) setSound(edited);
    };
    const cancel = after(PAUSE_MS, () => void check());
    return () => {
      isOld = true;
      cancel();
    };
  }, [signature]);
  const isDirty = edited.length > 0;
  useEffect(() => {
    if (!isDirty) return undefined;
    const hold = (event: Event) => event.preventDefault();
    addEventListener("beforeunload", hold);
    return () => removeEventListener("beforeunload", hold);
  }, [isDirty]);
  return { checked, sound };
}

/** How a try or a save ended, in a sentence. */
export function tellResult(result: EditResult | { readonly failure: string }, done: string): string {
  if ("failure" in result) return translate(result.failure);
  const { kind, why = "" } = result;
  switch (kind) {
    case "done":
      return done;
    case "has-errors":
      return say("It has errors: it cannot be tried or saved.");
    case "changed":
      return say("Somebody else has changed the file: nothing was written.");
    case "moves-server":
      return say("The server and its account are edited in the file itself, or with a token.");
    case "failed":
      return say("It failed: {why}", { why });
  }
}
