import { useEffect, useRef, useState } from "preact/hooks";
import { askEditor } from "../ask-editor.ts";
import { ask, say as tell } from "../connection.tsx";
import { useField } from "../field.ts";
import { Controls } from "../mapped-controls.tsx";
import { MappingEditor } from "../mapping-editor.tsx";
import { Problems } from "../problems.tsx";
import type { MappingInfo, ProblemInfo } from "../protocol.ts";
import { capital } from "../reason.tsx";
import { contact, greeting, mapping, overview } from "../state.ts";
import { writeClockTime } from "../time.tsx";
import { say, tellPeer, translate } from "../words.ts";

/** The file that the bridge runs on, what is wrong in it, and what each control means. */
export function Page() {
  const shown = useField(mapping);
  const { state } = useField(contact);
  const known = useField(overview)?.mapping;
  const mayPress = useField(greeting)?.mayPress === true;
  const mayEdit = useField(greeting)?.mayEdit === true;
  const [isEditing, setEditing] = useState(false);
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
        {mayEdit && !isEditing && (
          <button type="button" onClick={() => setEditing(true)}>
            {say("Edit")}
          </button>
        )}
        <a class="button" href="./mapping.jsonc" download="mapping.jsonc">
          {say("Download")}
        </a>
        <p class="said" role="status">
          {note}
        </p>
      </div>
      {shown?.trial !== undefined && <Trial trial={shown.trial} mayEdit={mayEdit} tell={setNote} />}
      <Controls version={version} />
      {isEditing ? (
        <MappingEditor close={() => setEditing(false)} />
      ) : shown === undefined ? (
        <p class="waiting">{say("Asking the bridge …")}</p>
      ) : (
        <File shown={shown} />
      )}
    </>
  );
}

/** The bridge runs on a text that is no file; whoever may edit takes it back. */
function Trial(props: {
  readonly trial: NonNullable<MappingInfo["trial"]>;
  readonly mayEdit: boolean;
  tell(note: string): void;
}) {
  const { trial, mayEdit, tell: note } = props;
  const takeBack = async () => {
    const answer = await askEditor("take-back", {});
    note("failure" in answer ? translate(answer.failure) : say("The bridge runs on the file again."));
    tell({ type: "mapping" });
  };
  return (
    <section class="card trial" aria-label={say("Try")}>
      <p role="status">
        {capital(
          say("A mapping is tried by {by}. At {time} the file takes its place again.", {
            by: tellPeer(trial.by),
            time: writeClockTime(trial.untilWallMs),
          }),
        )}
      </p>
      {mayEdit && (
        <button type="button" onClick={() => void takeBack()}>
          {say("Take it back now")}
        </button>
      )}
    </section>
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
      <Problems problems={shown.problems} goTo={({ line }) => goTo(line)} reach="mapping" />
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
      <span class="hint" lang="en">
        {problems.map(({ message }) => message).join("; ")}
      </span>
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
