import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { askEditor, loadSchema } from "./ask-editor.ts";
import { type Checked, editedOf, type Texts, tellResult, useChecked } from "./edited-mapping.ts";
import type { EditedFile, FileInfo } from "./editing.ts";
import type { Schema } from "./editor/propose.ts";
import type { TextEditor } from "./editor.ts";
import { Preview } from "./preview.tsx";
import { Problems } from "./problems.tsx";
import type { ProblemInfo } from "./protocol.ts";
import { Saving } from "./saving.tsx";
import { TextArea } from "./text-area.tsx";
import { say, translate } from "./words.ts";

const MINUTES = [1, 5, 15, 30];
const USUAL_MINUTES = 5;

/** The mapping's files, loaded when the editor is opened. */
export function MappingEditor({ close }: { close(): void }) {
  const [files, setFiles] = useState<readonly FileInfo[]>();
  const [schema, setSchema] = useState<Schema>();
  const [note, setNote] = useState("");
  useEffect(() => {
    void Promise.all([askEditor("files", {}), loadSchema()]).then(([answer, loaded]) => {
      setSchema(loaded);
      if ("failure" in answer) setNote(translate(answer.failure));
      else setFiles(answer.files);
    });
  }, []);
  if (files !== undefined) return <Open files={files} setFiles={setFiles} schema={schema} close={close} />;
  return <p class="waiting">{note === "" ? say("The editor is loading …") : note}</p>;
}

interface OpenProps {
  /** As they were on the disk when the edit began. */
  readonly files: readonly FileInfo[];
  readonly schema: Schema | undefined;
  setFiles(files: readonly FileInfo[]): void;
  close(): void;
}

/** Which file is shown, and where in it; each number begins it anew. */
interface Shown {
  readonly name: string;
  readonly goal?: ProblemInfo;
  readonly number: number;
}

function Open({ files, setFiles, schema, close }: OpenProps) {
  const [{ name, goal, number }, setShown] = useState<Shown>({ name: "", number: 0 });
  const [texts, setTexts] = useState<Texts>(new Map());
  const [note, setNote] = useState("");
  const [isSaving, setSaving] = useState(false);
  const editor = useRef<TextEditor>(null);
  const edited = editedOf(files, texts);
  const { checked, sound } = useChecked(edited, setNote);
  const here = useMemo(
    () => (checked?.problems ?? []).filter(({ file = "" }) => file === name),
    [checked, name],
  );
  const show = (wanted: string, place?: ProblemInfo) =>
    setShown({ name: wanted, number: number + 1, ...(place && { goal: place }) });
  const goTo = (problem: ProblemInfo) => {
    const { file = "", line, column } = problem;
    if (file === name) editor.current?.goTo(line, column);
    else show(file, problem);
  };
  /** What the disk has is where the edit goes on from. */
  const restart = (read: readonly FileInfo[], kept: Texts) => {
    setFiles(read);
    setTexts(kept);
    setSaving(false);
  };
  const shown = files.find((file) => file.name === name);
  if (shown === undefined) return <p class="empty">{say("The file cannot be read.")}</p>;
  const textOf = (file: FileInfo) => texts.get(file.name) ?? file.text;
  return (
    <>
      <section class="card editor" aria-label={say("Editor")}>
        <header>
          <h2>{say("Editor")}</h2>
          <Files files={files} name={name} choose={show} />
          <Trying edited={edited} isSound={checked?.isSound === true} tell={setNote} />
          <button
            type="button"
            disabled={edited.length === 0}
            aria-expanded={isSaving}
            onClick={() => setSaving(!isSaving)}
          >
            {say("Save …")}
          </button>
          <button type="button" onClick={close}>
            {edited.length > 0 ? say("Close without saving") : say("Close")}
          </button>
          <p class="said" role="status">
            {note}
          </p>
        </header>
        {shown.isHidden && (
          <p class="problem">
            {say("This file holds what the console hides, and is edited on the disk only.")}
          </p>
        )}
        {isSaving && edited.length > 0 && (
          <Saving
            files={files}
            edited={edited}
            isSound={checked?.isSound === true}
            tell={setNote}
            rebase={setFiles}
            saved={(read) => restart(read, new Map())}
            giveUp={(read, gone) => {
              restart(read, new Map([...texts].filter(([one]) => !gone.has(one))));
              show(name);
            }}
          />
        )}
        <TextArea
          label={say("Text of the file")}
          text={textOf(shown)}
          version={number}
          isReadOnly={shown.isHidden}
          problems={here}
          goal={goal}
          schema={/\.csv$/i.test(name) ? undefined : schema}
          editor={editor}
          others={() => files.filter((file) => file !== shown).map(textOf)}
          changed={(text) => setTexts((before) => new Map(before).set(name, text))}
          save={() => setSaving(true)}
        />
        <Findings checked={checked} goTo={goTo} />
      </section>
      <Preview devices={checked?.devices ?? []} files={sound} />
    </>
  );
}

interface FilesProps {
  readonly files: readonly FileInfo[];
  readonly name: string;
  choose(name: string): void;
}

/** The files that a mapping is made of, where there are several. */
function Files({ files, name: shown, choose }: FilesProps) {
  if (files.length < 2) return null;
  return (
    <select
      aria-label={say("File")}
      value={shown}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
    >
      {files.map(({ name }) => (
        <option key={name} value={name}>
          {name === "" ? say("Mapping file") : name}
        </option>
      ))}
    </select>
  );
}

interface TryingProps {
  readonly edited: readonly EditedFile[];
  readonly isSound: boolean;
  tell(note: string): void;
}

/** The bridge runs on the text for some minutes. */
function Trying({ edited, isSound, tell }: TryingProps) {
  const [minutes, setMinutes] = useState(USUAL_MINUTES);
  const tryIt = async () => {
    tell(say("The bridge takes it over …"));
    const result = await askEditor("try", { files: edited, minutes });
    tell(tellResult(result, say("The bridge runs on your text now.")));
  };
  return (
    <>
      <button type="button" disabled={edited.length === 0 || !isSound} onClick={() => void tryIt()}>
        {say("Try it")}
      </button>
      <select
        aria-label={say("How long it is tried")}
        value={minutes}
        onChange={({ currentTarget }) => setMinutes(Number(currentTarget.value))}
      >
        {MINUTES.map((count) => (
          <option key={count} value={count}>
            {count} min
          </option>
        ))}
      </select>
    </>
  );
}

interface FindingsProps {
  readonly checked: Checked | undefined;
  goTo(problem: ProblemInfo): void;
}

function Findings({ checked, goTo }: FindingsProps) {
  return (
    <>
      <p class="said" role="status">
        {tellChecked(checked)}
      </p>
      <Problems problems={checked?.problems ?? []} goTo={goTo} />
      {checked?.advice.map((text) => (
        <p key={text} class="advice">
          <b>{say("warning")}:</b> {text}
        </p>
      ))}
    </>
  );
}

function tellChecked(checked: Checked | undefined): string {
  if (checked === undefined) return say("The text is being checked …");
  if (!checked.isSound) return say("It has errors: it cannot be tried or saved.");
  return checked.problems.length === 0 ? say("Nothing is wrong.") : say("It has warnings.");
}
