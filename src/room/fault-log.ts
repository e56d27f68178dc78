import type { Cancel, Clock } from "../base/clock.ts";
import type { RoomName } from "../base/identifiers.ts";
import { createThinning, type Log } from "../base/log.ts";

/** Tells that single rooms cannot be looked at: each once when it begins and once when it is over, many in one line. */
export interface FaultLog {
  failed(room: RoomName, why: string): void;
  heard(room: RoomName): void;
  close(): void;
}

const TOGETHER_MS = 1000;

export function createFaultLog({ clock, log }: { readonly clock: Clock; readonly log: Log }): FaultLog {
  const thin = createThinning(clock);
  const told = new Map<RoomName, string>();
  const waiting = new Map<string, RoomName[]>();
  let cancel: Cancel | undefined;

  function flush(): void {
    cancel = undefined;
    for (const [why, rooms] of waiting) log.warn("rooms cannot be looked at", { rooms, why });
    waiting.clear();
  }

  return {
    failed(room, why) {
      if (told.get(room) === why || thin(`${room} ${why}`) === undefined) return;
      told.set(room, why);
      waiting.set(why, [...(waiting.get(why) ?? []), room]);
      cancel ??= clock.after(TOGETHER_MS, flush);
    },
    heard(room) {
      if (told.delete(room)) log.info("a room can be looked at again", { room });
    },
    close: () => cancel?.(),
  };
}
