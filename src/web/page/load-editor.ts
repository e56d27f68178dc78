/** The editor is a program of its own, whose address the document tells: most visits need none. */
export function loadEditor(): Promise<typeof import("./editor.ts")> {
  const { editor = "" } = document.getElementById("console")?.dataset ?? {};
  return import(new URL(editor, document.baseURI).href);
}
