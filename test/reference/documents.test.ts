import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readMapping } from "../../src/cli/mapping/mapping-file.ts";
import { scratch } from "../cli/valt-bridge.ts";
import { loadVocabulary, world } from "../support/rig.ts";

/* Every mapping and every part of one in the reference is understood, without an error and without a warning. */

const root = join(import.meta.dirname, "../..");
const PATHS = [
  "README.md",
  ...["start", "recipes", "README"].map((name) => `mappings/${name}.md`),
  ...world.kinds.map(({ kind }) => `devices/${kind}/README.md`),
  "devices/usb-hid/evdev/README.md",
  "devices/serial/profiles/README.md",
];

interface Block {
  readonly language: string;
  readonly name: string | undefined;
  readonly body: string;
}

function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/^```(\S+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", name, body = ""]) => ({ language, name, body }),
  );
}

const isProfile = ({ body }: Block) => body.includes('"profile": 1');
const isWhole = ({ body }: Block) => /^\s*\{/.test(body);
const isMapping = (block: Block) =>
  block.language === "jsonc" &&
  !isProfile(block) &&
  (!isWhole(block) || block.body.includes('"server"') || block.body.includes('"servers"'));

/** What parts of mappings name, and leave to the rest of the file. */
const AROUND = {
  server: '"server": { "url": "https://valt.example.com", "username": "panel-bridge" }',
  rooms: '"rooms": { "interview-1": 4, "interview-2": 5 }',
  panels: `"panels": {
    "exam-desk": { "kind": "virtual" },
    "pedal": { "kind": "virtual", "model": "pedal" },
    "door-contact": { "kind": "serial", "address": "tcp://{host}:4001" }
  }`,
  devices: '"devices": {}',
};

/** A part as a whole mapping: keys of the file, or else devices. */
function complete({ body }: Block): string {
  const part = body.trim().replace(/,$/, "");
  const keys = [...part.matchAll(/^"(\w[\w-]*)":/gm)].map(([, key]) => key ?? "");
  const isOfFile = keys.some((key) => key in AROUND || ["servers", "language", "words"].includes(key));
  const written = isOfFile ? part : `"devices": {\n${part}\n}`;
  const isThere = (key: string) =>
    written.includes(`"${key}": {`) || (key === "server" && written.includes('"servers"'));
  const needed = Object.entries(AROUND).filter(
    ([key]) => !isThere(key) && (key !== "panels" || written.includes('"use"')),
  );
  return `{\n${[...needed.map(([, text]) => text), written].join(",\n")}\n}`;
}

describe.each(PATHS)("%s", (path) => {
  const text = readFileSync(join(root, path), "utf8");
  const profiles = blocksOf(text).filter(isProfile);
  const sections = text.split(/^## /m).filter((section) => blocksOf(section).some(isMapping));

  test.each(sections.map((section) => [section.split("\n")[0] ?? "", section]))(
    "%s",
    async (_title, section) => {
      const { write } = scratch();
      const blocks = blocksOf(section);
      for (const { body } of profiles) write(`${/"id": "([\w-]+)"/.exec(body)?.[1]}.json`, body);
      for (const { name, body } of blocks) if (name !== undefined) write(name, body);
      if (!blocks.some(({ language }) => language === "csv")) {
        write("rooms.csv", "name,id\nexam-1,1\n");
        write("pedals.csv", "room\nexam-1\n");
      }
      for (const block of blocks.filter(isMapping)) {
        const file = write(block.name ?? "site.jsonc", isWhole(block) ? block.body : complete(block));
        const { mapping, problems } = await readMapping(file, loadVocabulary);
        // A part uses the panels that it needs.
        const told = problems.filter(({ message }) => isWhole(block) || !/^no device uses/.test(message));
        expect(told.map(({ severity, message, hint }) => `${severity}: ${message} ${hint ?? ""}`)).toEqual(
          [],
        );
        expect(mapping).toBeDefined();
      }
    },
  );
});
