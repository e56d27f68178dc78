import { expect, test } from "vitest";
import { createLog } from "../../src/base/log.ts";
import { describeFact } from "../../src/journal/entry.ts";
import { rest, startRig, until } from "../support/rig.ts";

const PIN = "2580";

/** A panel that waits for its PIN, with all that is written down about it from now on. */
async function lockedPanel() {
  const lines: string[] = [];
  const rig = await startRig({
    extra: {
      devices: {
        surface: { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] },
        desk: { kind: "virtual", model: "mk2", room: "interview-1", pin: { from: "DESK_PIN" } },
      },
    },
    secrets: { DESK_PIN: PIN },
    log: createLog({ level: "debug", write: (line) => lines.push(line) }),
  });
  const { bridge, facts } = rig;
  const peer = { id: "test", address: "127.0.0.1", reach: "same-machine", delivery: "stream" };
  const touch = (kind: "down" | "up", digit: string) => {
    const control = `key-${digit === "0" ? 10 : digit}`;
    bridge.touch("desk" as never, { kind, control: control as never }, peer as never);
  };
  const panel = () => bridge.panels().find(({ id }) => id === "desk");
  await until("the keypad", () => (panel()?.shown.size ?? 0) >= 10);
  await until("the rooms", () => bridge.status().rooms.every(({ knowledge }) => knowledge === "live"));
  // The pictures come when what draws them is loaded.
  const quiet = async () => {
    const before = facts.length;
    await rest(700);
    if (facts.length > before) await quiet();
  };
  await quiet();
  facts.splice(0);
  lines.splice(0);
  return {
    ...rig,
    lines,
    type: (digits: string) => {
      for (const digit of digits) for (const kind of ["down", "up"] as const) touch(kind, digit);
    },
    isOpen: () => facts.some((fact) => fact.kind === "shown" && fact.control === "key-10"),
    /** Whatever says that somebody touched something. */
    touches: () => facts.filter(({ kind }) => kind === "touch" || kind === "press" || kind === "stuck"),
  };
}

test("digits typed on a locked panel are in no fact, no row of the journal and no line of the log", async () => {
  const { type, touches, facts, lines } = await lockedPanel();
  type("1470");
  await rest(300);
  const ofDesk = facts.filter((fact) => "device" in fact && fact.device === "desk");
  expect([touches(), ofDesk, lines]).toEqual([[], [], []]);
});

test("nor are those of the right PIN, the last one's release included", async () => {
  const { type, touches, facts, lines, isOpen } = await lockedPanel();
  type(PIN);
  await until("the open panel", isOpen);
  expect(touches()).toEqual([]);
  const shown = facts.flatMap((fact) =>
    fact.kind === "shown" && fact.device === "desk" ? [fact.control] : [],
  );
  // Every key is drawn anew, in the order of the keys.
  expect(shown.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, index) => `key-${index + 1}`));
  const rows = facts.map(describeFact).filter((entry) => entry !== undefined);
  expect(rows.filter(({ kind }) => kind !== "shown" && kind !== "room")).toEqual([]);
  expect(lines).toEqual([]);

  facts.splice(0);
  type("1");
  await until("a touch that counts", () => touches().length > 0);
});
