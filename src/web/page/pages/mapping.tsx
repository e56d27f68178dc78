import { useEffect, useRef, useState } from "preact/hooks";
import { Choice } from "../choice.tsx";
import { ask, follow, say as tell, watch } from "../connection.tsx";
import { useField } from "../field.ts";
import type { TopicMessages } from "../pages.ts";
import type { BindingInfo, MappingInfo, ProblemInfo } from "../protocol.ts";
import { bindingsOf, contact, devices, greeting, mapping, overview, readTopic } from "../state.ts";
import { say, translate } from "../words.ts";

/** The control that was touched last. */
const lastTouch = readTopic("touch", undefined as TopicMessages["learn"] | undefined, (message) => message);

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
      <Learn />
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

/** Touch a control and see its name; what every control of a device means, ready to be copied. */
function Learn() {
  const all = useField(devices) ?? [];
  const [isLearning, setLearning] = useState(false);
  const [chosen, setChosen] = useState("");
  const touched = useField(lastTouch);
  useEffect(() => (isLearning ? follow("learn") : undefined), [isLearning]);
  useEffect(() => {
    if (isLearning && touched !== undefined) setChosen(touched.device);
  }, [isLearning, touched]);
  const panels = all.filter(({ face }) => face === "panel").map(({ id }) => id);
  return (
    <section class="card learn" aria-label={say("Controls")}>
      <header>
        <h2>{say("Controls")}</h2>
        <button
          type="button"
          role="switch"
          aria-checked={isLearning}
          onClick={() => setLearning(!isLearning)}
        >
          {say("Learn")}
        </button>
        <Choice
          label={say("Controls of")}
          all={say("Choose a device")}
          value={chosen}
          choose={setChosen}
          options={panels}
        />
      </header>
      {isLearning && (
        <p class="said" role="status">
          {touched === undefined
            ? say("Touch any control on any panel.")
            : say("That was {control} on {device} ({what}).", { ...touched })}
        </p>
      )}
      {chosen !== "" && (
        <Bindings key={chosen} device={chosen} touched={isLearning ? touched?.control : undefined} />
      )}
    </section>
  );
}

function Bindings({ device, touched }: { readonly device: string; readonly touched: string | undefined }) {
  const bindings = useField(bindingsOf(device));
  useEffect(() => watch(device), [device]);
  const shown = bindings.filter(
    ({ control, gestures, shows }) => gestures.length > 0 || shows !== undefined || control === touched,
  );
  if (bindings.length === 0) return <p class="empty">{say("{device} is not there.", { device })}</p>;
  return (
    <ul class="bindings">
      {shown.map((binding) => (
        <Binding key={binding.control} binding={binding} isTouched={binding.control === touched} />
      ))}
      {shown.length === 0 && (
        <li class="empty">{say("Nothing is bound on the page that {device} shows.", { device })}</li>
      )}
    </ul>
  );
}

function Binding({ binding, isTouched }: { readonly binding: BindingInfo; readonly isTouched: boolean }) {
  const { control, gestures, snippet } = binding;
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    const copied = navigator.clipboard.writeText(snippet).then(() => true);
    setCopied(await copied.catch(() => false));
  };
  const does = [...gestures.map(({ gesture, does: what }) => `${gesture}: ${what}`), ...tellShows(binding)];
  return (
    <li data-touched={isTouched}>
      <b>{control}</b>
      <span>{does.length === 0 ? say("not bound; to begin with:") : does.join("; ")}</span>
      <code>{snippet}</code>
      <button
        type="button"
        class="quiet"
        onClick={() => void copy()}
        aria-label={say("Copy the binding of {control}", { control })}
      >
        {isCopied ? say("Copied") : say("Copy")}
      </button>
    </li>
  );
}

/** Of a key that means nothing when it is pressed, what it is for. */
function tellShows({ gestures, shows, room = "" }: BindingInfo): readonly string[] {
  if (shows === undefined || gestures.length > 0) return [];
  if (shows === "site") return [say("shows whether the site is ready")];
  return [shows === "room" ? say("shows {room}", { room }) : say("shows a text")];
}
