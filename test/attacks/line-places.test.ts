import { expect, test } from "vitest";
import { dial, type Terminal } from "../support/lines.ts";
import { until } from "../support/rig.ts";
import { startAttacked, tellDelays } from "./support.ts";

const LINE = { kind: "serial", listen: "tcp://127.0.0.1:0" };
const PLACES = 8;
const PANEL = "127.0.0.9";

/** Takes a place and says one word, so that nobody can call it silent. */
async function occupy(port: number, from: string): Promise<Terminal> {
  const one = await dial(port, "127.0.0.1", from);
  await until(
    "a word",
    () => {
      if (one.text() === "" && !one.hasEnded()) one.type("PING\r");
      return one.text().includes("OK PONG") || one.hasEnded();
    },
    20_000,
  );
  return one;
}

test("one machine that takes all places of a line keeps no panel out", { timeout: 120_000 }, async () => {
  const { product, beginAttack, delays } = await startAttacked({ devices: { line: LINE } });
  const port = await product.port("line");
  await beginAttack();
  let attempts = 0;
  const occupiers: Terminal[] = [];
  for (; attempts < 3 * PLACES; attempts++) occupiers.push(await occupy(port, "127.0.0.66"));
  const panel = await dial(port, "127.0.0.1", PANEL);
  expect(await panel.ask("REC START 1")).toBe("OK REC 1 RECORDING");
  for (; attempts < 6 * PLACES; attempts++) occupiers.push(await occupy(port, "127.0.0.66"));
  expect(await panel.ask("REC STOP 1")).toBe("OK REC 1 IDLE");
  const held = occupiers.filter((one) => !one.hasEnded()).length;
  expect(held).toBeLessThan(PLACES);
  process.stdout.write(`${attempts} connections of one machine held ${held} of ${PLACES} places\n`);
  process.stdout.write(`${tellDelays("places of a line", await delays())}\n`);
});

test("nor do machines of their own for every place, where the mapping names the panel", {
  timeout: 120_000,
}, async () => {
  const { product } = await startAttacked({ devices: { line: { ...LINE, allow: [PANEL] } } });
  const port = await product.port("line");
  const occupiers: Terminal[] = [];
  for (let host = 1; host <= PLACES; host++) occupiers.push(await occupy(port, `127.0.1.${host}`));
  const ninth = await dial(port, "127.0.0.1", "127.0.1.99");
  await ninth.hears("ERR 26 FULL\r\n");
  const panel = await dial(port, "127.0.0.1", PANEL);
  expect(await panel.ask("REC START 1")).toBe("OK REC 1 RECORDING");
  await until("one of them to be gone", () => occupiers.some((one) => one.hasEnded()));
  for (let host = 101; host <= 120; host++) await occupy(port, `127.0.1.${host}`);
  expect(await panel.ask("REC STOP 1")).toBe("OK REC 1 IDLE");
});
