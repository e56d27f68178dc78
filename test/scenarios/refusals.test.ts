import { expect, test } from "vitest";
import { controlId, deviceId, peerId } from "../../src/base/identifiers.ts";
import type { Peer } from "../../src/driver/contract.ts";
import { createKeyImages } from "../../src/panel/key-image/key-image.ts";
import { blank } from "../panel/key-image/scenes.ts";
import { type DeckRig, startDecks } from "../support/decks.ts";
import { rest, until } from "../support/rig.ts";

const [GREEN, PURPLE, DARK] = ["0,180,60", "170,0,220", "0,0,0"];
const READY = 'green ready "Ready"';
const desk = { room: "interview-1" };

test("what the bridge refuses is said for a while on the key that was pressed, and on no other", async () => {
  const rig = await startDecks({
    desk: { ...desk, may: ["mark"], controls: { "key-1": { tap: "start", look: "tally" } } },
    other: desk,
  });
  const deck = rig.deck("desk");
  await deck.wait(1, READY);
  await rig.deck("other").wait(1, READY);
  await deck.tap(1);
  await deck.wait(1, /^purple warning "Key blocked: call IT/);
  expect(rig.deck("other").sees(1)).toBe(READY);
  await deck.wait(1, READY);
});

const from: Peer = { id: peerId("console"), address: "127.0.0.1", reach: "same-machine", delivery: "stream" };

async function tap({ bridge }: DeckRig, control: string): Promise<void> {
  for (const kind of ["down", "up"] as const) {
    bridge.touch(deviceId("desk"), { kind, control: controlId(control) }, from);
    await rest(20);
  }
}

const shownOn = ({ facts }: DeckRig, control: string) =>
  facts.flatMap((fact) => (fact.kind === "shown" && fact.control === control ? [fact] : []));

/** Which pictures show the refusal, in either half of its blink. */
async function refusalsOn(rig: DeckRig, control: string): Promise<readonly boolean[]> {
  const images = await createKeyImages();
  return shownOn(rig, control).map(({ frame }) => {
    if (frame.kind !== "image") return false;
    const refusal = { ...blank, text: "Key blocked: call IT", caption: "interview-1" };
    return (["lit", "dark"] as const).some((phase) =>
      Buffer.from(images.draw({ ...refusal, color: "purple", icon: "warning", phase }, frame)).equals(
        frame.rgb,
      ),
    );
  });
}

test("what a dial without a lamp was refused stands on the strip above it, for its time, and on no other", async () => {
  const rig = await startDecks({ desk: { ...desk, address: "fake://plus", may: ["lock"] } });
  await rest(100);
  await tap(rig, "dial-1");
  const isRefused = async (control: string) => (await refusalsOn(rig, control)).at(-1);
  await until("something else", () => shownOn(rig, "strip-1").length > 2);
  expect(await isRefused("strip-1")).toBe(true);
  await rest(3000);
  expect(await isRefused("strip-1")).toBe(true);
  await rest(1500);
  expect(await isRefused("strip-1")).toBe(false);
  for (const other of ["strip-2", "key-1"]) expect(await refusalsOn(rig, other)).not.toContain(true);
});

test("where nothing is beside a control without a lamp, the tallies of its room say what became of its press", async () => {
  const tally = (room: string) => ({ room, look: "tally" });
  const controls = {
    "dial-1": { tap: "start" },
    "strip-1": tally("interview-2"),
    "key-1": tally("interview-1"),
    "key-2": tally("interview-2"),
    "key-3": { tap: { mark: "x" }, look: "mark" },
  };
  const rig = await startDecks({ desk: { ...desk, address: "fake://plus", may: ["mark"], controls } });
  await tap(rig, "dial-1");
  await until("something else", () => shownOn(rig, "key-1").length > 3);
  expect(await refusalsOn(rig, "key-1")).toContain(true);
  for (const other of ["strip-1", "key-2", "key-3"]) expect(await refusalsOn(rig, other)).not.toContain(true);
});

test("a lamp that was pressed blinks purple for a refusal, and the others stay as they are", async () => {
  const starts = { tap: "start", look: "tally" };
  const controls = { "key-1": starts, "dial-1": starts, "dial-2": starts };
  const rig = await startDecks({ desk: { ...desk, address: "fake://studio", may: ["mark"], controls } });
  const colorsOf = (control: string) =>
    shownOn(rig, control).map(({ frame }) => (frame.kind === "lamp" ? frame.rgb.join() : ""));
  await until("the room", () => colorsOf("dial-2").at(-1) === GREEN);
  const [before, beside] = [colorsOf("dial-1").length, colorsOf("dial-2").length];
  await tap(rig, "dial-1");
  await until(
    "its end",
    () => colorsOf("dial-1").length > before + 4 && colorsOf("dial-1").at(-1) === GREEN,
    6000,
  );
  expect(new Set(colorsOf("dial-1").slice(before))).toEqual(new Set([PURPLE, DARK, GREEN]));
  expect(new Set(colorsOf("dial-2").slice(beside))).toEqual(new Set());
});

test("of a press in two rooms a refusal in one is not covered by the tick of the other", async () => {
  const rig = await startDecks({
    desk: {
      room: "interview-1",
      controls: {
        "key-1": { tap: "start", look: "tally" },
        "key-2": { press: [{ mark: "x" }, { mark: "x", room: "interview-2" }], look: "mark" },
      },
    },
  });
  await rig.deck("desk").wait(1, READY);
  await rig.deck("desk").tap(1);
  await rig.deck("desk").wait(1, /^red record "REC 0:01"/);
  await rig.deck("desk").tap(2);
  await rig.deck("desk").wait(2, /^purple warning "Not recording", of interview-2/);
  await until("the mark", () => rig.facts.some((fact) => fact.kind === "mark"));
  await rest(1000);
  expect(rig.deck("desk").sees(2)).toMatch(/^purple warning "Not recording", of interview-2/);
});
