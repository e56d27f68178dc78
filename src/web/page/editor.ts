/**
 * The editor of the mapping's text, for the page of that name: CodeMirror with this project's language, completion and look. It
 * is joined into one file that browsers load when somebody edits.
 */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  snippetCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { type ComparedLine, compare } from "./editor/compare.ts";
import { jsonc } from "./editor/jsonc.ts";
import { type Proposal, propose, type Schema } from "./editor/propose.ts";
import { theme } from "./editor/theme.ts";
import type { ProblemInfo } from "./protocol.ts";

/** What is different between two texts. */
export const compareTexts: (before: string, after: string) => readonly (ComparedLine | undefined)[] = compare;

/** A text that is edited. */
export interface TextEditor {
  text(): string;
  /** Marks what is wrong at its place. */
  showProblems(problems: readonly ProblemInfo[]): void;
  goTo(line: number, column: number): void;
  close(): void;
}

interface EditorSettings {
  readonly text: string;
  /** What a screen reader calls it. */
  readonly label: string;
  readonly isReadOnly: boolean;
  /** Of the mapping itself; absent for texts without completion. */
  readonly schema: Schema | undefined;
  /** The other files of the mapping, for the names in them. */
  others(): readonly string[];
  /** CodeMirror's own phrases, in the language of the site. */
  readonly phrases: Readonly<Record<string, string>>;
  changed(): void;
  /** Somebody presses Ctrl-S. */
  save(): void;
}

/** Opens an editor; in a shadow root its styles need no exception from the content security policy. */
export function openEditor(root: ShadowRoot, settings: EditorSettings): TextEditor {
  const { text, label, isReadOnly, schema, others, phrases } = settings;
  const complete = (context: CompletionContext) =>
    schema && completeAt(context, { schema, others: others() });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        ...(text.includes("\r\n") ? [EditorState.lineSeparator.of("\r\n")] : []),
        EditorState.readOnly.of(isReadOnly),
        EditorState.phrases.of(phrases),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
        EditorView.updateListener.of(({ docChanged }) => void (docChanged && settings.changed())),
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        indentUnit.of("  "),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        search({ top: true }),
        autocompletion({ override: [(context) => complete(context) ?? null], icons: false }),
        ...(schema === undefined ? [] : [jsonc]),
        theme,
        keymap.of([
          { key: "Mod-s", run: () => tellTaken(settings.save) },
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...lintKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
      ],
    }),
  });
  const placeOf = (line: number, column: number) => {
    const { doc } = view.state;
    const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
    return { from: Math.min(from + Math.max(0, column - 1), to), to };
  };
  const diagnose = ({ severity, line, column, message, hint }: ProblemInfo): Diagnostic => {
    const { from, to } = placeOf(line, column);
    const word = /^(?:"(?:[^"\\]|\\.)*"?|[\w.-]+|.)/.exec(view.state.sliceDoc(from, to))?.[0] ?? "";
    return {
      from,
      to: from + word.length,
      severity,
      message: hint === "" ? message : `${message} (${hint})`,
    };
  };
  return {
    text: () => view.state.sliceDoc(),
    showProblems: (problems) => view.dispatch(setDiagnostics(view.state, problems.map(diagnose))),
    goTo(line, column) {
      const { from } = placeOf(line, column);
      view.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: "center" }),
      });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

/** CodeMirror is told that a key has its meaning here. */
function tellTaken(act: () => void): true {
  act();
  return true;
}

function completeAt(
  context: CompletionContext,
  words: { readonly schema: Schema; readonly others: readonly string[] },
): CompletionResult | undefined {
  const isTyping = context.matchBefore(/["\w.-]$/) !== null;
  if (!isTyping && !context.explicit) return undefined;
  const text = context.state.doc.toString();
  const found = propose(text, context.pos, words);
  if (found === undefined) return undefined;
  const { from, to, proposals } = found;
  const hasValue = /^\s*:/.test(text.slice(to, to + 50));
  const typed = text.slice(from, context.pos).replace(/^"/, "").toLowerCase();
  const fitting = proposals.filter((one) => one.text.toLowerCase().includes(typed));
  // Filtered here: CodeMirror would compare with the quotation mark that ends the word, too.
  return { from, to, filter: false, options: fitting.map((one) => offer(one, hasValue)) };
}

function offer({ text, what, info, opens }: Proposal, hasValue: boolean): Completion {
  const shown = { label: text, type: what === "key" ? "property" : "constant", ...(info && { info }) };
  if (what === "value" || hasValue) return shown;
  // Braces would be places to fill in.
  const [open = "", close = ""] = opens;
  const escaped = (mark: string) => mark.replace(/[{}]/, "\\$&");
  return snippetCompletion(`${text}: ${escaped(open)}\${}${escaped(close)}`, shown);
}
