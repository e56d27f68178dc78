import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { errorText } from "../../base/error-text.ts";
import { redact } from "../../base/redact.ts";
import { rewriteFile } from "../../base/replace-file.ts";
import { readTextFile } from "../../base/text-file.ts";
import type { EditAnswer, EditorPerson, MappingEditor, MappingFile } from "../../bridge/mapping-editor.ts";
import type { Bridge } from "../../bridge.ts";
import type { EditedTexts } from "../../mapping/source/open.ts";
import { MOST_BYTES } from "../mapping/mapping-file.ts";
import type { MappingFollower } from "../running/mapping-follower.ts";
import { BUSY, Examiner, MOST_WAITING } from "./examiner.ts";

interface EditorParts {
  readonly file: string;
  readonly follower: MappingFollower;
  /** Knows what an open device has, whose model the mapping does not say. */
  readonly bridge: Pick<Bridge, "panels">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const NOTHING_EDITED: EditedTexts = new Map();

/** Edits the mapping file of a running bridge, and the files beside it of which it is made. */
export function createMappingEditor({ file, follower, bridge, clock, signal }: EditorParts): MappingEditor {
  const examiner = new Examiner(clock);
  signal.addEventListener("abort", () => examiner.close(), { once: true });
  const check: MappingEditor["check"] = (edited) => examiner.ask("check", { file, edited });
  const pathOf = (name: string) => (name === "" ? file : join(dirname(file), name));

  /** What the disk has now; nothing for what is no text. A pipe would be waited for. */
  const onDisk = (name: string): MappingFile | undefined => {
    const path = pathOf(name);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
    const read = readTextFile(path, MOST_BYTES);
    return read.ok ? fileOf(name, read.value) : undefined;
  };

  let waiting = 0;
  /** Each keeps its texts until its turn comes. */
  async function inLine(work: () => Promise<EditAnswer>): Promise<EditAnswer> {
    if (waiting >= MOST_WAITING) return { kind: "failed", why: BUSY.failure };
    waiting += 1;
    try {
      return await work();
    } finally {
      waiting -= 1;
    }
  }

  async function write(files: readonly MappingFile[]): Promise<EditAnswer> {
    const changed = files.flatMap(({ name, sum }) => {
      const found = onDisk(name) ?? { name, text: "", sum: "" };
      return found.sum === sum ? [] : [found];
    });
    if (changed.length > 0) return { kind: "changed", files: changed };
    // Whoever sees asterisks would write them.
    const hidden = files.find(({ name }) => holdsHidden(onDisk(name)?.text ?? ""));
    if (hidden !== undefined) return { kind: "failed", why: `"${hidden.name}" holds what the console hides` };
    try {
      for (const { name, text } of files) await rewriteFile(pathOf(name), text);
      return { kind: "done" };
    } catch (error) {
      return { kind: "failed", why: errorText(error) };
    }
  }

  return {
    async files() {
      const checked = await check(NOTHING_EDITED);
      if ("failure" in checked) return checked;
      if (checked.texts.size === 0) return [onDisk("") ?? []].flat();
      return [...checked.texts].map(([name, text]) => fileOf(name, text));
    },
    check,
    preview: (edited, device, status) => {
      const controls = bridge.panels().find(({ id }) => id === device)?.controls;
      return examiner.ask("preview", { file, edited, device, controls, status });
    },
    schema: () => examiner.ask("schema", undefined),
    try: (edited, minutes, person) => inLine(() => follower.try(edited, minutes, person)),
    takeBack: ({ id }) => follower.takeBack(id),
    save: (files: readonly MappingFile[], person: EditorPerson) => {
      const edited = new Map(files.map(({ name, text }) => [name, text]));
      const writeKnown = async (beside: readonly string[]): Promise<EditAnswer> => {
        const stray = files.find(({ name }) => name !== "" && !beside.includes(name));
        if (stray === undefined) return write(files);
        return { kind: "failed", why: `the mapping is not made of "${stray.name}"` };
      };
      return inLine(() => follower.save(edited, person, writeKnown));
    },
  };
}

function holdsHidden(text: string): boolean {
  return redact(text) !== text;
}

function fileOf(name: string, text: string): MappingFile {
  return { name, text, sum: createHash("sha256").update(text).digest("hex") };
}
