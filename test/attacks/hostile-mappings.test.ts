import { renameSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { until } from "../support/rig.ts";
import { HOSTILE_MAPPINGS } from "./hostile-mappings.ts";
import { startAttacked, tellDelays } from "./support.ts";

const REFUSED = "the edited mapping has errors";
const TAKEN = "mapping reloaded";
/** Twenty problems of a kind and how many more there are; a text that is no JSON has several kinds. */
const MOST_LINES = 150;

test("no text that is saved as the mapping holds up the main thread", { timeout: 600_000 }, async () => {
  const { product, site, simulator, beginAttack, delays } = await startAttacked({ devices: {} });
  const save = (text: string) => {
    writeFileSync(`${site.mappingFile}.new`, text);
    renameSync(`${site.mappingFile}.new`, site.mappingFile);
  };
  const count = (what: string) => product.err().split(what).length;
  let sound = 0;
  /** A folder tells of one edit more than once: what comes after another mapping was taken over is of the next text. */
  const saveSound = async (mapping: object) => {
    const before = count(TAKEN);
    save(JSON.stringify(mapping));
    await until("a sound mapping", () => count(TAKEN) > before, 60_000);
  };
  for (const [name, text] of Object.entries(HOSTILE_MAPPINGS)) {
    expect(text.length, name).toBeLessThan(1_048_576);
    const label = `Exam ${sound++}`;
    const server = { url: simulator?.url, username: "panel-bridge" };
    await saveSound({ server, rooms: { "exam-1": { id: 1, label } }, devices: {} });
    await beginAttack();
    const [before, linesBefore] = [count(REFUSED), product.err().split("\n").length];
    const beganMs = performance.now();
    save(text);
    await until(`${name} to be refused`, () => count(REFUSED) > before, 60_000);
    const lines = product.err().split("\n").length - linesBefore;
    console.info(
      `${tellDelays(name, await delays())}; refused after ${(performance.now() - beganMs).toFixed(0)} ms in ${lines} lines`,
    );
    expect(lines, name).toBeLessThan(MOST_LINES);
  }
});
