import { useState } from "preact/hooks";
import { askEditor } from "./ask-editor.ts";
import { Difference } from "./difference.tsx";
import { tellResult } from "./edited-mapping.ts";
import type { EditedFile, FileInfo } from "./editing.ts";
import { say } from "./words.ts";

interface SavingProps {
  /** As they were on the disk when the edit began. */
  readonly files: readonly FileInfo[];
  readonly edited: readonly EditedFile[];
  readonly isSound: boolean;
  tell(note: string): void;
  /** The edit goes on from these files. */
  rebase(files: readonly FileInfo[]): void;
  saved(files: readonly FileInfo[]): void;
  /** What was typed in these files is given up. */
  giveUp(files: readonly FileInfo[], gone: ReadonlySet<string>): void;
}

/** What is written to the disk, to be looked at before it is; and what the disk has by now, where that is something else. */
export function Saving({ files, edited, isSound, tell, rebase, saved, giveUp }: SavingProps) {
  const [others, setOthers] = useState<readonly FileInfo[]>([]);
  const before = (name: string) => files.find((file) => file.name === name)?.text ?? "";
  const save = async () => {
    const result = await askEditor("save", { files: edited });
    tell(tellResult(result, say("Saved. The bridge runs on it.")));
    if ("failure" in result) return;
    if (result.kind === "changed") setOthers(result.files ?? []);
    if (result.kind !== "done") return;
    const read = await askEditor("files", {});
    if (!("failure" in read)) saved(read.files);
  };
  const onDisk = () => files.map((file) => others.find(({ name }) => name === file.name) ?? file);
  if (others.length > 0)
    return (
      <div class="saving">
        {others.map(({ name, text }) => (
          <Difference
            key={name}
            title={say("{file} was changed on the disk meanwhile", { file: nameOf(name) })}
            before={before(name)}
            after={text}
          />
        ))}
        <p class="choices">
          <button type="button" onClick={() => giveUp(onDisk(), new Set(others.map(({ name }) => name)))}>
            {say("Give up my text")}
          </button>
          <button
            type="button"
            onClick={() => {
              rebase(onDisk());
              setOthers([]);
              tell("");
            }}
          >
            {say("Compare mine with it")}
          </button>
        </p>
      </div>
    );
  return (
    <div class="saving">
      {edited.map(({ name, text }) => (
        <Difference
          key={name}
          title={say("What is written to {file}", { file: nameOf(name) })}
          before={before(name)}
          after={text}
        />
      ))}
      <button type="button" disabled={!isSound} onClick={() => void save()}>
        {say("Write it to the disk")}
      </button>
    </div>
  );
}

function nameOf(name: string): string {
  return name === "" ? say("the mapping file") : name;
}
