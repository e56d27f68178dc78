import { expect, test } from "vitest";
import { mappingText, until } from "../support/rig.ts";
import { command } from "./in-process.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

const SHORT = { VALT_PASSWORD: "q7Zx%", DESK_PIN: "80429" };
const LONG = { VALT_PASSWORD: "q7Zx%w", DESK_PIN: "804291" };
const WARNING = "too short to be hidden in logs";
const REMEDY = "choose one of at least 6 characters";

/** A site with a password and a PIN, and what its owner runs there. */
function createSite() {
  const { folder, write } = scratch();
  const desk = { kind: "virtual", room: "interview-1", pin: { from: "DESK_PIN" } };
  const file = write("site.jsonc", mappingText("http://127.0.0.1:1", { extra: { devices: { desk } } }));
  const own = { XDG_RUNTIME_DIR: folder, STATE_DIRECTORY: folder };
  return {
    file,
    call: (args: readonly string[], secrets: Readonly<Record<string, string>>) =>
      command([...args, file], { ...own, ...secrets }),
    start: (args: readonly string[], secrets: Readonly<Record<string, string>>) =>
      valtBridge([...args, file], { ...own, ...secrets }),
  };
}

function expectNoSecret(text: string): void {
  for (const secret of Object.values(SHORT)) expect(text).not.toContain(secret);
}

test("check warns of every secret that is too short to be hidden in logs, and does not tell it", async () => {
  const { call } = createSite();
  const { err, out, code } = await call(["check"], SHORT);
  expect(code).toBe(0);
  expect(err).toContain(`warning: VALT_PASSWORD (the password of panel-bridge) is ${WARNING}: ${REMEDY}`);
  expect(err).toContain(`warning: DESK_PIN (the PIN of "desk") is ${WARNING}: ${REMEDY}`);
  expectNoSecret(out + err);
  expect((await call(["check"], LONG)).err).not.toContain(WARNING);
});

test("doctor warns of them", async () => {
  const { call } = createSite();
  const { out, err } = await call(["doctor", "--json"], SHORT);
  const { findings } = JSON.parse(out) as { findings: { about: string; state: string; text: string }[] };
  expect(findings.filter(({ about }) => about === "secret")).toMatchObject([
    { state: "WARN", text: `VALT_PASSWORD (the password of panel-bridge) is ${WARNING}`, remedy: REMEDY },
    { state: "WARN", text: `DESK_PIN (the PIN of "desk") is ${WARNING}`, remedy: REMEDY },
  ]);
  expectNoSecret(out + err);
  const { findings: others } = JSON.parse((await call(["doctor", "--json"], LONG)).out);
  expect(others.filter(({ about }: { about: string }) => about === "secret")).toMatchObject([
    { state: "OK" },
    { state: "OK" },
  ]);
});

test("a bridge warns of them when it starts", async () => {
  const { start } = createSite();
  const bridge = start(["run", "--no-console", "--json"], SHORT);
  const said = () => bridge.out() + bridge.err();
  await until("the warnings", () => said().split(WARNING).length === 3, 20_000);
  expect(said()).toContain(REMEDY);
  expectNoSecret(said());
});
