import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { until } from "../support/rig.ts";
import { startAttacked, tellDelays } from "./support.ts";

const ROOMS = 1000;
const TAKEN = "mapping reloaded";
const numbers = Array.from({ length: ROOMS }, (_, index) => index + 1);

/** As large as a site may be, and another one with each label. */
const largeSite = (url: string | undefined, label: string) => ({
  server: { url, username: "panel-bridge" },
  rooms: Object.fromEntries(numbers.map((at) => [`exam-${at}`, { id: at, label: `${label} ${at}` }])),
  devices: { desk: { kind: "virtual", model: "mini", room: "exam-1" } },
  timing: { requestsPerSecond: 400 },
});

test("a mapping of a thousand rooms is taken over beside what goes on", { timeout: 400_000 }, async () => {
  const { product, site, simulator, beginAttack, delays } = await startAttacked({ devices: {} });
  for (const label of ["Exam", "Room"]) {
    const before = product.err().split(TAKEN).length;
    await beginAttack();
    const beganMs = performance.now();
    writeFileSync(site.mappingFile, JSON.stringify(largeSite(simulator?.url, label)));
    await until("the edit", () => product.err().split(TAKEN).length > before, 180_000);
    const told = await delays();
    console.info(
      `${tellDelays(`${label}: ${ROOMS} rooms, taken over after ${(performance.now() - beganMs).toFixed(0)} ms`, told)}`,
      JSON.stringify(
        told.holdUps.filter(({ busyMs }) => busyMs > 30).map(({ busyMs }) => Math.round(busyMs)),
      ),
    );
    expect(told.longestBusyMs).toBeLessThan(100);
  }
});
