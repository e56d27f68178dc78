import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { recordingId } from "../../src/base/identifiers.ts";
import { LEDGER_FORMAT } from "../../src/journal/formats.ts";
import { until } from "../support/rig.ts";
import { markNamed, openBoth, ruinLastPages, scratchFolder } from "./setting.ts";

async function afterRestart(folder: string) {
  const { ledger, close } = await openBoth({ folder });
  const loaded = await ledger.load();
  await close();
  return { ...loaded, ids: loaded.waiting.map(({ id }) => id) };
}

describe("a mark", () => {
  test("that was kept is there after a restart, as it was and in its place", async () => {
    const folder = scratchFolder();
    const { ledger, close } = await openBoth({ folder });
    const marks = ["a", "b", "c"].map((id) => markNamed(id, { timeSeconds: id === "b" ? undefined : 3 }));
    expect(await Promise.all(marks.map((mark) => ledger.keep(mark)))).toEqual(["kept", "kept", "kept"]);
    await close();
    expect((await afterRestart(folder)).waiting).toEqual(marks);
  });

  test("waits no longer once it was delivered, and is remembered beside those that wait", async () => {
    const folder = scratchFolder();
    const { ledger, close } = await openBoth({ folder });
    for (const id of ["a", "b"]) await ledger.keep(markNamed(id));
    await ledger.keep(markNamed("c", { recording: recordingId(617) }));
    ledger.settle("a", "delivered", "");
    ledger.settle("c", "delivered", "");
    await close();
    const { ids, delivered } = await afterRestart(folder);
    expect(ids).toEqual(["b"]);
    expect(delivered).toEqual([{ recording: "616", text: "text of a", timeSeconds: 12 }]);
  });

  test("gets the time that became known later", async () => {
    const folder = scratchFolder();
    const { ledger, close } = await openBoth({ folder });
    await ledger.keep(markNamed("a", { timeSeconds: undefined }));
    ledger.note("a", 77);
    await close();
    expect((await afterRestart(folder)).waiting).toMatchObject([{ timeSeconds: 77 }]);
  });

  test("that the server refused is kept with the reason", async () => {
    const folder = scratchFolder();
    const { ledger, close } = await openBoth({ folder });
    await ledger.keep(markNamed("a"));
    ledger.settle("a", "refused", "no such recording");
    await close();
    const { ids, refused } = await afterRestart(folder);
    expect(ids).toEqual([]);
    expect(refused).toMatchObject([{ id: "a", text: "text of a", why: "no such recording" }]);
  });

  test("kept twice is one", async () => {
    const folder = scratchFolder();
    const { ledger, close } = await openBoth({ folder });
    for (const _ of [1, 2]) expect(await ledger.keep(markNamed("a"))).toBe("kept");
    await close();
    expect((await afterRestart(folder)).ids).toEqual(["a"]);
  });

  test("with a value that no file takes is said not to be safe, and keeps no other from the disk", async () => {
    const folder = scratchFolder();
    const { ledger, close } = await openBoth({ folder });
    const wrong = markNamed("wrong", { timeSeconds: 1.5 });
    const all = await Promise.all([markNamed("a"), wrong, markNamed("b")].map((mark) => ledger.keep(mark)));
    expect(all).toEqual(["kept", "not-kept", "kept"]);
    await close();
    expect((await afterRestart(folder)).ids).toEqual(["a", "b"]);
  });

  test("that was kept by this process is not taken over from an earlier one", async () => {
    const { ledger } = await openBoth({ folder: scratchFolder() });
    await ledger.keep(markNamed("a"));
    expect((await ledger.load()).waiting).toEqual([]);
  });
});

describe("a ledger that cannot be written", () => {
  test("says at once that a mark is not safe, and makes it safe as soon as it can", async () => {
    const folder = join(scratchFolder(), "state");
    writeFileSync(folder, "a file stands where the folder should be");
    const { ledger, close } = await openBoth({ folder });
    expect(await ledger.keep(markNamed("a"))).toBe("not-kept");
    expect(ledger.health.current().state).toBe("degraded");
    const loading = ledger.load();
    rmSync(folder);
    mkdirSync(folder);
    await until("the ledger", () => ledger.health.current().state === "working", 15_000);
    expect((await loading).waiting).toEqual([]);
    expect(await ledger.keep(markNamed("b"))).toBe("kept");
    await close();
    expect((await afterRestart(folder)).ids).toEqual(["a", "b"]);
  });
});

describe("damage", () => {
  test("to the journal touches no mark", async () => {
    const folder = scratchFolder();
    const { ledger, close } = await openBoth({ folder });
    await ledger.keep(markNamed("a"));
    await close();
    writeFileSync(join(folder, "journal.sqlite"), "nonsense ".repeat(1000));
    expect((await afterRestart(folder)).ids).toEqual(["a"]);
  });

  test("to the ledger itself: it is moved aside, and the marks that can be read are taken over", async () => {
    const folder = scratchFolder();
    const { ledger, close } = await openBoth({ folder });
    const ids = Array.from({ length: 200 }, (_, index) => `mark-${index}`);
    await Promise.all(ids.map((id) => ledger.keep(markNamed(id))));
    await close();
    ruinLastPages(join(folder, LEDGER_FORMAT.name));
    const found = await afterRestart(folder);
    expect(readdirSync(folder).some((name) => name.startsWith("marks.sqlite.corrupt-"))).toBe(true);
    expect(found.ids.length).toBeGreaterThan(20);
    expect(ids).toEqual(expect.arrayContaining(found.ids));
    expect((await afterRestart(folder)).ids).toEqual(found.ids);
  });

  test("beyond reading: the ledger begins anew and new marks are safe", async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, LEDGER_FORMAT.name), "nonsense ".repeat(1000));
    const { ledger, close } = await openBoth({ folder });
    await until("the ledger", () => ledger.health.current().state === "working", 10_000);
    expect(await ledger.keep(markNamed("a"))).toBe("kept");
    await close();
    expect((await afterRestart(folder)).ids).toEqual(["a"]);
  });
});
