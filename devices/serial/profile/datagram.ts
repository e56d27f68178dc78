import type { FrameSetting } from "../framing/frame-spec.ts";
import { createFramer, type FramerHost } from "../framing/framer.ts";

const LONGEST_DATAGRAM = 2048;

/** The messages in a datagram: whole ones, with or without the end of the last. */
export function cutDatagram(
  frame: FrameSetting,
  datagram: Uint8Array,
  { clock, dropped }: Pick<FramerHost, "clock" | "dropped">,
): readonly Uint8Array[] {
  if (datagram.length > LONGEST_DATAGRAM) {
    dropped("datagram too long");
    return [];
  }
  if (frame.kind !== "delimiter") return [datagram];
  const messages: Uint8Array[] = [];
  const framer = createFramer(frame, { clock, dropped, framed: (message) => messages.push(message) });
  framer.push(datagram);
  framer.push(Buffer.from(frame.ends[0] ?? "", "latin1"));
  framer.close();
  return messages;
}
