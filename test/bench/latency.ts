import { startChild } from "./child.ts";
import { distribute, figuresOf } from "./distribution.ts";
import { type BenchSettings, below, exactly, type Figure, full } from "./measurement.ts";
import { watchPresses } from "./presses.ts";
import { openStage, type Stage } from "./stage.ts";
import { rest } from "./wait.ts";

const PRESS_EVERY_MS = 60;

/**
 * From just before the datagram of a start is sent to the arrival of its request, for the bridge and
 * for a bare script that knows nothing, alternating in one run. Each room is pressed once while it is
 * available; then somebody else stops all of them, and the next round begins.
 */
export async function measureLatency(bench: BenchSettings): Promise<readonly Figure[]> {
  const roomsEach = full(bench, 50, 40);
  const stage = await openStage({ rooms: roomsEach, otherRooms: roomsEach }, bench);
  const bare = startChild("bare-process");
  const barePort = await bare.ask<number>("begin", { url: stage.simulator.url });
  const presses = watchPresses(stage.simulator);
  await stage.untilAll("available");

  async function press(port: number, room: number, name: string): Promise<void> {
    presses.pressed(room, stage.surface.send(port, `/valt/room/${name}/start`));
    await rest(PRESS_EVERY_MS);
  }
  // The first requests of a process run code that was never run before.
  await warmUp(stage, barePort, roomsEach);
  const rounds = full(bench, 20, 3);
  for (let round = 1; round <= rounds; round++) {
    bench.tell(`latency: round ${round} of ${rounds}`);
    for (let room = 1; room <= roomsEach; room++) {
      await press(stage.port, room, `room-${room}`);
      await press(barePort, roomsEach + room, String(roomsEach + room));
    }
    await stopEverything(stage, 2 * roomsEach);
  }
  await bare.stop();
  await stage.close();

  const isBridges = (room: number) => room <= roomsEach;
  const isBare = (room: number) => room > roomsEach;
  const warmUps = WARM_UP_PRESSES;
  const bridge = distribute(presses.latenciesMs(isBridges));
  const script = distribute(presses.latenciesMs(isBare));
  const surplus = presses.commands(isBridges) - warmUps - presses.pressCount(isBridges);
  return [
    ...figuresOf("bridge", bridge),
    ...figuresOf("bare script", script),
    { ...ratio("p50", bridge.p50, script.p50), bar: below(1.25) },
    ratio("p95", bridge.p95, script.p95),
    { ...ratio("p99", bridge.p99, script.p99), bar: below(1.5) },
    { name: "requests beyond one a press", value: surplus, unit: "count", bar: exactly(0) },
  ];
}

const WARM_UP_PRESSES = 10;

async function warmUp(stage: Stage, barePort: number, roomsEach: number): Promise<void> {
  for (let room = 1; room <= WARM_UP_PRESSES; room++) {
    stage.surface.send(stage.port, `/valt/room/room-${room}/start`);
    stage.surface.send(barePort, `/valt/room/${roomsEach + room}/start`);
    await rest(PRESS_EVERY_MS);
  }
  await stopEverything(stage, 2 * roomsEach);
}

async function stopEverything({ simulator, untilAll }: Stage, rooms: number): Promise<void> {
  await rest(500);
  for (let room = 1; room <= rooms; room++) simulator.somebodyElse(room, "stop");
  await untilAll("available");
}

function ratio(part: string, bridge: number, bare: number): Figure {
  return { name: `bridge to bare script, ${part}`, value: bridge / bare, unit: "times" };
}
