import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { silentLog } from "../../src/base/log.ts";
import { readMapping } from "../../src/cli/mapping/mapping-file.ts";
import { MappingFollower } from "../../src/cli/running/mapping-follower.ts";
import type { FactBody } from "../../src/journal/fact.ts";
import type { Mapping } from "../../src/mapping/mapping.ts";
import { unseenRoom } from "../../src/room/room-state.ts";
import { viewRoom } from "../../src/room/room-view.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { rest, until, world } from "../support/rig.ts";
import { scratch } from "./valt-bridge.ts";

const TEXT = (label: string, url = "https://valt.example.com") =>
  JSON.stringify({
    server: { url, username: "panel-bridge" },
    rooms: { "exam-1": { id: 1, label } },
    devices: {},
  });
const ADMIN = { id: "web:admin", mayMoveServer: true };
const ANYBODY = { id: "web:local", mayMoveServer: false };
const texts = (text: string) => new Map([["", text]]);

async function follow() {
  const { write } = scratch();
  const file = write("site.jsonc", TEXT("on the disk"));
  const clock = createFakeClock();
  const edits: Extract<FactBody, { kind: "edit" }>[] = [];
  const loadVocabulary = async () => world;
  const read = await readMapping(file, loadVocabulary);
  let running = read.mapping as Mapping;
  const follower = new MappingFollower({
    file,
    read,
    mapping: running,
    loadVocabulary,
    clock,
    log: silentLog,
    signal: new AbortController().signal,
    adopt: async (mapping) => {
      if (mapping.rooms.get("exam-1" as never)?.label === "refused")
        throw new Error("the certificate is gone");
      running = mapping;
    },
    edited: (edit) => edits.push(edit),
    view: () => viewRoom(unseenRoom, 0),
  });
  const label = () => [...running.rooms.values()][0]?.label;
  return { follower, clock, edits, label, write, save: (text: string) => writeFileSync(file, text) };
}

describe("a mapping that is tried", () => {
  it("goes back by itself when its time is over, and the file was never touched", async () => {
    const { follower, clock, edits, label } = await follow();
    expect(await follower.try(texts(TEXT("tried")), 5, ANYBODY)).toEqual({ kind: "done" });
    expect(label()).toBe("tried");
    expect(follower.current()).toMatchObject({ isActive: false, trial: { by: "web:local" } });
    await clock.advance(5 * 60_000 - 1);
    expect(label()).toBe("tried");
    await clock.advance(1);
    await until("the way back", () => label() === "on the disk");
    expect(follower.current()).toMatchObject({ isActive: true, text: TEXT("on the disk") });
    expect(follower.current().trial).toBeUndefined();
    expect(edits.map(({ what, by }) => [what, by])).toEqual([
      ["tried", "web:local"],
      ["taken-back", "time"],
    ]);
  });

  it("gives way to an edit of the file, and to nothing else in its folder", async () => {
    const { follower, clock, edits, label, save, write } = await follow();
    follower.watch();
    await follower.try(texts(TEXT("tried")), 5, ANYBODY);
    write("beside.json", "{}");
    for (let turn = 0; turn < 10; turn += 1) await rest(20).then(() => clock.advance(200));
    await follower.takeBack("nobody").then(() => follower.try(texts(TEXT("again")), 5, ANYBODY));
    expect(edits.map(({ what, by }) => `${what} by ${by}`)).toEqual([
      "tried by web:local",
      "taken-back by nobody",
      "tried by web:local",
    ]);
    save(TEXT("edited"));
    for (let turn = 0; turn < 100 && label() !== "edited"; turn += 1)
      await rest(20).then(() => clock.advance(200));
    expect(label()).toBe("edited");
    expect(edits.at(-1)).toMatchObject({ what: "taken-back", by: "disk" });
  });

  it("lasts as long as is allowed at most, and another try begins anew", async () => {
    const { follower, clock, label } = await follow();
    await follower.try(texts(TEXT("one")), 1000, ANYBODY);
    await clock.advance(29 * 60_000);
    await follower.try(texts(TEXT("two")), 1, ANYBODY);
    await clock.advance(60_000);
    await until("the way back", () => label() === "on the disk");
  });

  it("is refused with errors, with another server from somebody without a token, and when it cannot be taken over", async () => {
    const { follower, label, edits } = await follow();
    expect(await follower.try(texts("{"), 5, ADMIN)).toMatchObject({ kind: "has-errors" });
    const elsewhere = texts(TEXT("moved", "https://other.example.com"));
    expect(await follower.try(elsewhere, 5, ANYBODY)).toEqual({ kind: "moves-server" });
    expect(await follower.try(texts(TEXT("refused")), 5, ADMIN)).toMatchObject({ kind: "failed" });
    expect(label()).toBe("on the disk");
    expect(edits).toEqual([]);
    expect(await follower.try(elsewhere, 5, ADMIN)).toEqual({ kind: "done" });
    expect(label()).toBe("moved");
  });

  it("ends when it is saved, and runs on", async () => {
    const { follower, clock, label, save } = await follow();
    await follower.try(texts(TEXT("tried")), 5, ANYBODY);
    const answer = await follower.save(texts(TEXT("tried")), ANYBODY, async () => {
      save(TEXT("tried"));
      return { kind: "done" };
    });
    expect(answer).toEqual({ kind: "done" });
    await clock.advance(60 * 60_000);
    expect(label()).toBe("tried");
    expect(follower.current()).toMatchObject({ isActive: true });
  });
});
