import { useEffect, useRef, useState } from "preact/hooks";
import { ask, say as tell } from "../connection.tsx";
import { useField } from "../field.ts";
import { Controls } from "../mapped-controls.tsx";
import type { MappingInfo, ProblemInfo } from "../protocol.ts";
import { contact, greeting, mapping, overview } from "../state.ts";
import { say, translate } from "../words.ts";

/** The file that the bridge runs on, what is wrong in it, and what each control means. */
export function Page() {
  const shown = useField(mapping);
  const { state } = useField(contact);
  const known = useField(overview)?.mapping;
  const mayPress = useField(greeting)?.mayPress === true;
  const [note, setNote] = useState("");
  const version = `${state} ${known?.fingerprint} ${known?.problems}`;
  useEffect(() => {
    // Asked again whenever the bridge, its mapping or the number of its problems is another.
    if (version.startsWith("open")) tell({ type: "mapping" });
  }, [version]);
  const reload = async () => {
    setNote(say("The file is being read …"));
    setNote(translate((await ask({ type: "reload" })).text));
    tell({ type: "mapping" });
  };
  return (
    <>
      <div class="head">
        <h1>{say("Mapping")}</h1>
        {mayPress && (
          <button type="button" onClick={() => void reload()}>
            {say("Reload")}
          </button>
        )}
        <a class="button" href="./mapping.jsonc" download="mapping.jsonc">
          {say("Download")}
        </a>
        <p class="said" role="status">
          {note}
        </p>
      </div>
      <Controls version={version} />
      {shown === undefined ? <p class="waiting">{say("Asking the bridge …")}</p> : <File shown={shown} />}
    </>
  );
}

function File({ shown }: { readonly shown: MappingInfo }) {
  const code = useRef<HTMLOListElement>(null);
  const goTo = (line: number) => code.current?.children[line - 1]?.scrollIntoView({ block: "center" });
  return (
    <section class="card file" aria-label={say("Mapping file")}>
      <header>
        <h2>{shown.file}</h2>
        <p class="product">
          {shown.isActive ? say("The bridge runs on this.") : say("The bridge runs on an earlier text.")}{" "}
          {say("Fingerprint")} <code>{shown.fingerprint.slice(0, 12)}</code>
        </p>
      </header>
      {shown.problems.length > 0 && (
        <ul class="problems">
          {shown.problems.map((problem) => (
            <li key={`${problem.line}:${problem.column} ${problem.message}`} data-severity={problem.severity}>
              {problem.file === undefined ? (
                <button type="button" class="problem-place quiet" onClick={() => goTo(problem.line)}>
                  {say("Line {line}, column {column}", { line: problem.line, column: problem.column })}
                </button>
              ) : (
                <span class="problem-place">
                  {problem.file},{" "}
                  {say("line {line}, column {column}", { line: problem.line, column: problem.column })}
                </span>
              )}
              <b>{problem.severity === "error" ? say("error") : say("warning")}:</b> {problem.message}{" "}
              {problem.hint !== "" && <em>({problem.hint})</em>}
            </li>
          ))}
        </ul>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ol class="code" ref={code} tabIndex={0} aria-label={say("Text of the file")}>
        {shown.text.split("\n").map((line, index) => (
          <Line
            key={index}
            line={line}
            problems={shown.problems.filter(({ file, line }) => file === undefined && line === index + 1)}
          />
        ))}
      </ol>
    </section>
  );
}

function Line({ line, problems }: { readonly line: string; readonly problems: readonly ProblemInfo[] }) {
  const [first] = problems;
  if (first === undefined) return <li>{line === "" ? " " : <Colored text={line} />}</li>;
  const at = Math.min(first.column - 1, line.length);
  return (
    <li data-severity={first.severity}>
      {line.slice(0, at)}
      <mark>{line.slice(at) === "" ? " " : line.slice(at)}</mark>
      <span class="hint">{problems.map(({ message }) => message).join("; ")}</span>
    </li>
  );
}

/** A text that is not closed ends with its line: looked for again from each of its quotation marks, it would never end. */
const PARTS =
  /(\/\/[\s\S]*)|"(?:[^"\\]|\\[\s\S])*"(\s*:)?|"(?:[^"\\]|\\[\s\S])*\\?$|(-?\b\d[\d.eE+-]*|\btrue\b|\bfalse\b|\bnull\b)/g;

function Colored({ text }: { readonly text: string }) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(PARTS)) {
    const [whole, comment, colon, value] = match;
    const look = comment ? "comment" : colon ? "key-name" : value ? "value" : "text";
    parts.push(
      text.slice(end, match.index),
      <span key={match.index} class={`c-${look}`}>
        {whole}
      </span>,
    );
    end = match.index + whole.length;
  }
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  );
}
