import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch } from "../cli/valt-bridge.ts";
import { rest } from "../support/rig.ts";
import { asked, type Product } from "../trust/product.ts";
import { type Attacked, startAttacked } from "./support.ts";

const DEVICES = { rack: { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] } };

/** Long enough for a dozen looks at the rooms. */
const WATCHED_MS = 2500;

function loginsOf({ simulator }: Attacked): number {
  return simulator?.requests.count("POST login") ?? -1;
}

function why(product: Product, part: string): Promise<string> {
  return asked(`"${part}"`, async () => {
    const text = (await product.status())?.server.why ?? "";
    return text.includes(part) && text;
  });
}

test("without a password the account is not tried, and what appears in the file is", async () => {
  const file = join(scratch().folder, "password");
  const variables = { VALT_PASSWORD: "", VALT_PASSWORD_FILE: file };
  const attacked = await startAttacked({ devices: DEVICES, variables });
  const { product } = attacked;
  console.log(`said: ${await why(product, file)}`);
  await rest(WATCHED_MS);
  const before = loginsOf(attacked);
  expect(before).toBe(0);
  const room = (await product.status())?.rooms[0];
  expect(room).toMatchObject({ knowledge: "never-seen", trouble: expect.stringContaining(file) });
  writeFileSync(file, "\uFEFFsimulator\r\n");
  const sinceMs = performance.now();
  await asked("the server", async () => (await product.status())?.server.state === "reachable");
  const tookMs = Math.round(performance.now() - sinceMs);
  console.log(
    `no password: ${before} logins in ${WATCHED_MS / 1000} s; in use ${tookMs} ms after it was there`,
  );
  expect(loginsOf(attacked)).toBeGreaterThan(0);
  await product.stop();
}, 60_000);

test("a refused password is not tried again, and a changed one is", async () => {
  const file = join(scratch().folder, "password");
  writeFileSync(file, "of yesterday\n");
  const variables = { VALT_PASSWORD: "", VALT_PASSWORD_FILE: file };
  const attacked = await startAttacked({ devices: DEVICES, variables });
  const { product } = attacked;
  console.log(`said: ${await why(product, "Invalid username or password")}`);
  await rest(WATCHED_MS);
  const logins = loginsOf(attacked);
  console.log(`wrong password: ${logins} login in ${WATCHED_MS / 1000} s and more`);
  expect(logins).toBe(1);
  writeFileSync(file, "simulator\n");
  await asked("the server", async () => (await product.status())?.server.state === "reachable");
  await product.stop();
}, 60_000);
