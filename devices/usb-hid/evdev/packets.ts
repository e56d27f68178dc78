import {
  createInputEventReader,
  eventTypes,
  type InputEvent,
  type RecordBytes,
  synchronizeCodes,
} from "./input-event.ts";

/** The events that belong together, SYN_REPORT last. */
type Packet = readonly InputEvent[];

/** Longer packets than any device sends are cut. */
const LONGEST_PACKET = 256;

/**
 * Cuts the stream after each SYN_REPORT. Where the kernel says that its queue was full, everything up to the next
 * SYN_REPORT is unreliable (Documentation/input/event-codes.rst): the state stands there instead.
 */
export function createPacketCutter(
  recordBytes: RecordBytes,
  readState: () => Uint8Array | undefined,
): (chunk: Uint8Array) => readonly Packet[] {
  const readEvents = createInputEventReader(recordBytes);
  let packet: InputEvent[] = [];
  let isIncomplete = false;

  const take = (event: InputEvent): Packet | undefined => {
    if (isMark(event, synchronizeCodes.dropped)) isIncomplete = true;
    if (!isIncomplete) packet.push(event);
    if (!isMark(event, synchronizeCodes.report) && packet.length < LONGEST_PACKET) return undefined;
    const whole = isIncomplete ? stateOf(readState(), event.atMs) : packet;
    packet = [];
    isIncomplete = false;
    return whole;
  };
  return (chunk) =>
    readEvents(chunk).flatMap((event) => [take(event) ?? []].filter(({ length }) => length > 0));
}

/** The state as a packet: SYN_DROPPED, a record for each key that is down by the bitmap, SYN_REPORT. */
export function stateOf(keysDown: Uint8Array | undefined, atMs: number): Packet {
  const synchronize = (code: number) => ({ type: eventTypes.synchronize, code, value: 0, atMs });
  return [
    synchronize(synchronizeCodes.dropped),
    ...codesIn(keysDown ?? new Uint8Array()).map((code) => ({ type: eventTypes.key, code, value: 1, atMs })),
    synchronize(synchronizeCodes.report),
  ];
}

function isMark({ type, code }: InputEvent, mark: number): boolean {
  return type === eventTypes.synchronize && code === mark;
}

function codesIn(bitmap: Uint8Array): readonly number[] {
  return [...bitmap].flatMap((byte, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte >> bit) & 1).map((bit) => index * 8 + bit),
  );
}
