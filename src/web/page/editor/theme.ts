import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const MONO = 'ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace';

/** The console's own colours, dark and light: its style sheets do not reach in here, its variables do. */
const look = EditorView.theme({
  "&": {
    height: "100%",
    color: "var(--ink)",
    backgroundColor: "var(--raised)",
    borderRadius: "10px",
    fontSize: "0.875rem",
  },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: MONO, lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.6rem 0" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 30%, transparent)",
  },
  ".cm-activeLine, .cm-activeLineGutter": {
    backgroundColor: "color-mix(in srgb, var(--accent) 8%, transparent)",
  },
  ".cm-gutters": { color: "var(--soft)", backgroundColor: "var(--raised)", border: "none" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent)",
  },
  ".cm-tooltip": {
    color: "var(--ink)",
    backgroundColor: "var(--surface)",
    border: "1px solid var(--line)",
    borderRadius: "8px",
    maxWidth: "min(28rem, 90vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: MONO, maxHeight: "14rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    color: "var(--on-accent)",
    backgroundColor: "var(--accent)",
  },
  ".cm-completionInfo": { padding: "0.4rem 0.6rem" },
  ".cm-completionMatchedText": { fontWeight: "700", textDecoration: "none" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", padding: "0.3rem 0.6rem" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--fault)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--paused)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--fault)",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--paused)",
    textUnderlineOffset: "3px",
  },
  ".cm-panels": { color: "var(--ink)", backgroundColor: "var(--surface)" },
  ".cm-panel input, .cm-panel button": {
    color: "var(--ink)",
    background: "var(--raised)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    font: "inherit",
  },
});

const colors = HighlightStyle.define([
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.propertyName, color: "var(--locked)" },
  { tag: tags.string, color: "var(--available)" },
  { tag: [tags.number, tags.atom], color: "var(--paused)" },
]);

export const theme: Extension = [look, syntaxHighlighting(colors)];
