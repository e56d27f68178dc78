import { startChild } from "./child.ts";
import { type BenchSettings, exactly, type Figure, full } from "./measurement.ts";
import { openStage } from "./stage.ts";
import { countMarks, openMarkStage, sendMarks } from "./sustained.ts";
import { rest } from "./wait.ts";

const PACKETS = 1000;

/** A thousand packets in one go, as marks that must all arrive, and as a button that means one press. */
export async function measureBursts(bench: BenchSettings): Promise<readonly Figure[]> {
  return [await measureMarkBurst(bench), await measureMashing(bench)];
}

async function measureMarkBurst(bench: BenchSettings): Promise<Figure> {
  const stage = await openMarkStage(bench);
  const sender = startChild("sender-process");
  const marks = countMarks(stage.simulator);
  const tries = full(bench, 5, 1);
  let lost = 0;
  for (let burst = 1; burst <= tries; burst++) {
    bench.tell(`bursts: ${PACKETS} packets, ${burst} of ${tries}`);
    lost += (await sendMarks({ stage, sender, marks, text: `burst ${burst}` }, { count: PACKETS })).lost;
  }
  await sender.stop();
  await stage.close();
  return {
    name: `marks lost of ${tries} bursts of ${PACKETS}`,
    value: lost,
    unit: "count",
    bar: exactly(0),
  };
}

async function measureMashing(bench: BenchSettings): Promise<Figure> {
  const stage = await openStage({ rooms: 1 }, bench);
  const sender = startChild("sender-process");
  await stage.untilAll("available");
  bench.tell(`bursts: a button mashed ${PACKETS} times`);
  const addresses = ["/valt/room/room-1/toggle"];
  await sender.ask("send", { port: stage.port, addresses, count: PACKETS });
  await rest(2000);
  const keys = [...stage.simulator.requests.counts].filter(([key]) => key.includes("/record/"));
  await sender.stop();
  await stage.close();
  return {
    name: `requests of a toggle mashed ${PACKETS} times`,
    value: keys.reduce((sum, [, count]) => sum + count, 0),
    unit: "count",
    bar: exactly(1),
  };
}
