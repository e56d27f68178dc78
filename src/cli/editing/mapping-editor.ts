import { createHash } from "node:crypto";
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
import { Examiner } from "./examiner.ts";

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

  /** What the disk has now; nothing for what is no text. */
  const onDisk = (name: string): MappingFile | undefined => {
    const read = readTextFile(pathOf(name), MOST_BYTES);
    return read.ok ? { name, text: read.value, sum: sumOf(read.value) } : undefined;
  };

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
      return "failure" in checked ? checked : checked.files.flatMap((name) => onDisk(name) ?? []);
    },
    check,
    preview: (edited, device, status) => {
      const controls = bridge.panels().find(({ id }) => id === device)?.controls;
      return examiner.ask("preview", { file, edited, device, controls, status });
    },
    schema: () => examiner.ask("schema", undefined),
    try: (edited, minutes, person) => follower.try(edited, minutes, person),
    takeBack: ({ id }) => follower.takeBack(id),
    async save(files: readonly MappingFile[], person: EditorPerson) {
      const edited = new Map(files.map(({ name, text }) => [name, text]));
      const checked = await check(edited);
      if ("failure" in checked) return { kind: "failed", why: checked.failure };
      const stray = files.find(({ name }) => !checked.files.includes(name));
      if (stray !== undefined) return { kind: "failed", why: `the mapping is not made of "${stray.name}"` };
      return follower.save(edited, person, () => write(files));
    },
  };
}

function holdsHidden(text: string): boolean {
  return redact(text) !== text;
}

function sumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
