import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Schema } from "./editor/propose.ts";
import type { TextEditor } from "./editor.ts";
import { loadEditor } from "./load-editor.ts";
import type { ProblemInfo } from "./protocol.ts";
import { say } from "./words.ts";

interface TextAreaProps {
  readonly label: string;
  /** The text to begin with; another `version` begins anew. */
  readonly text: string;
  readonly version: number;
  readonly isReadOnly: boolean;
  readonly schema: Schema | undefined;
  readonly problems: readonly ProblemInfo[];
  /** Where to go as soon as the text is there. */
  readonly goal: { readonly line: number; readonly column: number } | undefined;
  readonly editor: RefObject<TextEditor | null>;
  others(): readonly string[];
  changed(text: string): void;
  save(): void;
}

/** A text that is edited, with completion and what is wrong at its place. */
export function TextArea(props: TextAreaProps) {
  const host = useRef<HTMLDivElement>(null);
  const now = useRef(props);
  now.current = props;
  const { version, schema, editor } = props;
  useEffect(() => {
    let isGone = false;
    const open = async () => {
      const { openEditor } = await loadEditor();
      if (isGone || host.current === null) return;
      const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
      const { label, text, isReadOnly } = now.current;
      editor.current = openEditor(root, {
        ...{ label, text, isReadOnly, schema, phrases: phrases() },
        others: () => now.current.others(),
        changed: () => now.current.changed(editor.current?.text() ?? ""),
        save: () => now.current.save(),
      });
      const { goal } = now.current;
      editor.current.showProblems(now.current.problems);
      if (goal !== undefined) editor.current.goTo(goal.line, goal.column);
    };
    void open();
    return () => {
      isGone = true;
      editor.current?.close();
      editor.current = null;
    };
  }, [version, schema, editor]);
  const { problems } = props;
  useEffect(() => editor.current?.showProblems(problems), [problems, editor]);
  return <div class="text-area" ref={host} />;
}

/** CodeMirror's own words. */
function phrases(): Readonly<Record<string, string>> {
  return {
    Find: say("Find"),
    Replace: say("Replace with"),
    next: say("next"),
    previous: say("previous"),
    all: say("all"),
    "match case": say("match case"),
    regexp: say("regular expression"),
    "by word": say("whole words"),
    replace: say("replace"),
    "replace all": say("replace all"),
    close: say("Close"),
    Completions: say("Proposals"),
    Diagnostics: say("What is wrong"),
    "No diagnostics": say("Nothing is wrong."),
  };
}
