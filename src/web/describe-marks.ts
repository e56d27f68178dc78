import type { KeptMark } from "../action/mark.ts";
import { redact } from "../base/redact.ts";
import { isSameServer } from "../base/server-address.ts";
import type { BridgeStatus } from "../bridge/status.ts";
import type { MarkInfo, MarksInfo } from "./page/protocol.ts";

/** Marks for the page: the newest of those that wait and of those that were refused. */
export function describeMarks({ marks, servers }: BridgeStatus): MarksInfo {
  const here = servers.flatMap(({ addresses }) => addresses.map(redact));
  const refused = marks.refused.map((mark) => describe(mark, { state: "refused", why: redact(mark.why) }));
  const waiting = marks.waiting.map((mark) =>
    describe(mark, {
      state: "waiting",
      why: here.some((address) => isSameServer(mark.server, address))
        ? ""
        : `its recording is on ${mark.server}, which the mapping does not name now`,
    }),
  );
  return {
    waiting: sum(marks.servers.map((one) => one.waiting)),
    refused: countRefused(marks),
    newest: [...refused, ...waiting],
  };
}

/** Of all servers. */
export function countRefused({ servers }: BridgeStatus["marks"]): number {
  return sum(servers.map(({ refused }) => refused));
}

function describe(mark: KeptMark, how: Pick<MarkInfo, "state" | "why">): MarkInfo {
  const { id, room, text, recording, device, source, timeSeconds, pressedWallMs } = mark;
  return {
    id,
    room,
    text: redact(text),
    recording,
    by: redact(`${device} ${source}`),
    pressedWallMs: Math.round(pressedWallMs),
    ...(timeSeconds === undefined ? {} : { timeSeconds }),
    ...how,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
