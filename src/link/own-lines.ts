import type { RoomName } from "../base/identifiers.ts";
import { printableSentence } from "../base/printable.ts";
import type { Peer } from "../driver/link.ts";
import type { Words } from "../feedback/words.ts";
import type { PushMapping } from "../mapping/mapping.ts";
import { ANSWER_END } from "./line-dialect.ts";
import type { LinePublisher } from "./line-publisher.ts";
import { fillPush } from "./push-text.ts";

export interface OwnLinesTools {
  readonly teller: LinePublisher;
  pushes(): readonly PushMapping[];
  /** Rooms that this link serves. */
  rooms(): readonly RoomName[];
  words(room: RoomName): Words;
  /** Those who may be told. */
  peers(): readonly Peer[];
}

/** The lines that a mapping wants told of its rooms: to each peer once it is known, then on change. */
export class OwnLines {
  readonly #tools: OwnLinesTools;

  constructor(tools: OwnLinesTools) {
    this.#tools = tools;
  }

  tellAll(peer: Peer): void {
    for (const room of this.#tools.rooms()) this.#tell(room, [peer]);
  }

  roomChanged(room: RoomName): void {
    const isServed = this.#tools.pushes().length > 0 && this.#tools.rooms().includes(room);
    if (isServed) this.#tell(room, this.#tools.peers());
  }

  #tell(room: RoomName, peers: readonly Peer[]): void {
    const { teller, pushes, words } = this.#tools;
    if (pushes().length === 0 || peers.length === 0) return;
    const spoken = words(room);
    for (const [index, push] of pushes().entries()) {
      const line = writePush(push, spoken);
      for (const { id } of peers) teller.tell(id, `own ${index} ${room}`, `${line}${ANSWER_END}`);
    }
  }
}

/** `"TALLY {room}": "{status}"` becomes `TALLY interview-1 recording`. */
function writePush({ text, values }: PushMapping, words: Words): string {
  return (
    [text, ...values]
      // A server's sentence may bring line ends along: whatever it says, it is one line here.
      .map((part) => printableSentence(fillPush(part, words)))
      .join(" ")
      .trim()
  );
}
