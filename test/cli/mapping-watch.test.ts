import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { watchMapping } from "../../src/cli/running/mapping-watch.ts";
import { rest, until } from "../support/rig.ts";
import { testTogether } from "../support/together.ts";
import { scratch } from "./valt-bridge.ts";

const NAME = "site.jsonc";

function folderWith(folder: string, text: string): string {
  mkdirSync(folder);
  writeFileSync(join(folder, NAME), text);
  return folder;
}

/** Watches the mapping in a folder, and counts what it hears. */
async function startWatching(folder: string, besides: readonly string[] = []) {
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  let count = 0;
  const changed = () => {
    count += 1;
  };
  const file = join(folder, NAME);
  const beside = () => besides.map((name) => join(folder, name));
  watchMapping({ file, clock: systemClock, log: silentLog, signal: ending.signal, beside, changed });
  await rest(300);
  count = 0;
  return {
    async hears(what: string) {
      await until(what, () => count > 0, 10_000);
      await rest(400);
      count = 0;
    },
    count: () => count,
    end: () => ending.abort(),
  };
}

testTogether({
  "a folder that is replaced by rename is noticed, and so is what happens in the new one": async () => {
    const { folder } = scratch();
    const place = folderWith(join(folder, "etc"), "one");
    const watched = await startWatching(place);
    const next = folderWith(join(folder, "etc.new"), "two");
    renameSync(place, join(folder, "etc.old"));
    renameSync(next, place);
    await watched.hears("the new folder");
    writeFileSync(join(place, "profile.jsonc"), "{}");
    await watched.hears("a profile in the new folder");
    rmSync(place, { recursive: true });
    await rest(1500);
    folderWith(place, "three");
    await watched.hears("a folder that was away for a while");
  },

  "a link to the folder, or to the file, that leads elsewhere is noticed": async () => {
    const { folder } = scratch();
    folderWith(join(folder, "one"), "one");
    folderWith(join(folder, "two"), "two");
    const swap = (target: string, link: string) => {
      symlinkSync(target, `${link}.new`);
      renameSync(`${link}.new`, link);
    };
    const current = join(folder, "current");
    swap(join(folder, "one"), current);
    const watched = await startWatching(current);
    swap(join(folder, "two"), current);
    await watched.hears("the other folder");

    // As clusters hand files to programs: each is a link into a folder, and that is a link.
    const mounted = join(folder, "mounted");
    mkdirSync(mounted);
    swap(join(folder, "one"), join(mounted, "..data"));
    symlinkSync(join("..data", NAME), join(mounted, NAME));
    const inside = await startWatching(mounted);
    swap(join(folder, "two"), join(mounted, "..data"));
    await inside.hears("the other data");
  },

  "what is not the mapping's is no edit, and nothing is heard after the end": async () => {
    const { folder } = scratch();
    const place = folderWith(join(folder, "etc"), "one");
    const watched = await startWatching(place);
    writeFileSync(join(place, "notes.txt"), "x");
    await rest(2000);
    expect(watched.count()).toBe(0);
    watched.end();
    writeFileSync(join(place, NAME), "two");
    await rest(1500);
    expect(watched.count()).toBe(0);
  },

  "a file that the mapping names is noticed whatever it is called, also in a folder below and when it comes later":
    async () => {
      const { folder } = scratch();
      const place = folderWith(join(folder, "etc"), "one");
      mkdirSync(join(place, "pictures"));
      writeFileSync(join(place, "pictures/logo.png"), "one");
      const watched = await startWatching(place, ["logo", "pictures/logo.png", "pictures/later.svg"]);
      writeFileSync(join(place, "logo"), "one");
      await watched.hears("a picture beside it");
      writeFileSync(join(place, "pictures/logo.png"), "two");
      await watched.hears("a picture in a folder");
      writeFileSync(join(place, "pictures/later.svg"), "one");
      await watched.hears("a picture that was missing");
      writeFileSync(join(place, "notes.png"), "one");
      await rest(1500);
      expect(watched.count()).toBe(0);
    },
});
