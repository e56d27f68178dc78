import type { Simulator } from "../../src/simulator/server.ts";

/** Joins presses with the commands that they cause at the server. */
export interface Presses {
  pressed(room: number, atMs: number): void;
  /** How long each answered press took, for the rooms that `belongs` picks. */
  latenciesMs(belongs: (room: number) => boolean): readonly number[];
  /** Commands that arrived for those rooms, for telling lost and doubled ones. */
  commands(belongs: (room: number) => boolean): number;
  pressCount(belongs: (room: number) => boolean): number;
}

interface Press {
  readonly room: number;
  readonly atMs: number;
  arrivedMs: number | undefined;
}

/** Each room must be pressed only after its previous press has arrived. */
export function watchPresses(simulator: Simulator): Presses {
  const presses: Press[] = [];
  const latest = new Map<number, Press>();
  const commandRooms: number[] = [];
  simulator.requests.onRequest(({ key, path }) => {
    if (!key.startsWith("POST rooms/{r}/record/")) return;
    const room = Number(path.split("/")[1]);
    commandRooms.push(room);
    const press = latest.get(room);
    if (press !== undefined) press.arrivedMs ??= performance.now();
  });
  return {
    pressed(room, atMs) {
      const press = { room, atMs, arrivedMs: undefined };
      presses.push(press);
      latest.set(room, press);
    },
    latenciesMs: (belongs) =>
      presses.flatMap(({ room, atMs, arrivedMs }) =>
        arrivedMs === undefined || !belongs(room) ? [] : [arrivedMs - atMs],
      ),
    commands: (belongs) => commandRooms.filter(belongs).length,
    pressCount: (belongs) => presses.filter(({ room }) => belongs(room)).length,
  };
}
