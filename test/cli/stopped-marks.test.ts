import { expect, test } from "vitest";
import { rest, until } from "../support/rig.ts";
import { heldFor, setUpBusySite } from "./busy-site.ts";

const TEXTS = {
  "room-1": ["not acted on"],
  "room-2": ["acted on, not answered"],
  "room-3": ["recording not known"],
  "room-4": Array.from({ length: 30 }, (_, index) => `just pressed ${index}`),
} as const;

test.runIf(process.platform === "linux")(
  "in whatever phase of a mark's life the process ends, it is on the server once or held for a person",
  { timeout: 120_000 },
  async () => {
    const site = await setUpBusySite({ pressDeadlineMs: 10_000, statusTrailsMs: 500, freshMs: 6000 });
    const { simulator, surface, manager, start, isUp } = site;
    const mark = (room: keyof typeof TEXTS) => {
      for (const text of TEXTS[room]) surface.send(`/valt/room/${room}/marker`, text);
    };
    await start();
    for (const room of ["room-1", "room-2", "room-4"] as const) surface.send(`/valt/room/${room}/start`);
    await until("three rooms record", () =>
      [1, 2, 4].every((id) => simulator.world.room(id)?.status === "recording"),
    );
    await rest(2000);
    simulator.fault({ kind: "hang", method: "POST", path: "comment", when: "after-acting", count: 1 });
    mark("room-2");
    await until("the server has a mark", () => delivered().length > 0);
    simulator.fault({ kind: "hang", method: "POST", path: "comment" });
    mark("room-1");
    // Nobody here knows yet that somebody else has begun to record.
    simulator.fault({ kind: "hang", path: "rooms" });
    simulator.somebodyElse(3, "start");
    mark("room-3");
    await rest(300);
    mark("room-4");
    await manager.end("SIGTERM");
    simulator.clearFaults();
    // The next process ends before it has looked for what may be there already.
    await start();
    await manager.end("SIGTERM");
    manager.start();
    await isUp();

    function delivered(): readonly string[] {
      return simulator.world.recordings().flatMap(({ marks }) => marks.map(({ text }) => String(text)));
    }
    const all = Object.values(TEXTS).flat();
    const missing = () => all.filter((text) => !delivered().includes(text));
    // The one that was never sent is seen to long before those that an earlier process may have sent.
    const isUnknown = (text: string) => TEXTS["room-3"].some((one) => one === text);
    await until("the marks of known recordings", () => missing().every(isUnknown), 30_000);
    expect(delivered()).toHaveLength(new Set(delivered()).size);
    const held = await heldFor(site);
    expect(missing().filter((text) => !held.includes(text))).toEqual([]);
    console.info(`on the server: ${delivered().length}, held for a person: ${held.length}`);
  },
);
