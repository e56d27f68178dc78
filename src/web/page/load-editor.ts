import type { compareTexts, openEditor } from "./editor.ts";

/** What the editor's program offers. */
interface Editor {
  readonly openEditor: typeof openEditor;
  readonly compareTexts: typeof compareTexts;
}

/** The editor is a program of its own, whose address the document tells: most visits need none. */
export function loadEditor(): Promise<Editor> {
  const { editor = "" } = document.getElementById("console")?.dataset ?? {};
  return import(new URL(editor, document.baseURI).href);
}
