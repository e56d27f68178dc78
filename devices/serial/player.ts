import { once } from "node:events";
import { connect, type Socket } from "node:net";
import {
  fail,
  type OpenFailure,
  type RecordingPlayer,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";
import { findFakeWire } from "./fake-wire.ts";
import { type Place, placeOf } from "./place.ts";
import type { SerialSettings } from "./settings.ts";

/**
 * Plays raw bytes into a device that was opened at `fake://name`, or to the port that it listens on, as its product
 * name says: there every channel is a connection. A recording of a real line replays once its settings say `fake://`.
 */
export async function openPlayer(
  settings: SerialSettings,
  productName: string,
): Promise<Result<RecordingPlayer, OpenFailure>> {
  if (settings.listen !== undefined) {
    const place = placeOf({ listen: productName });
    if (place?.kind === "listen") return succeed(createStreamPlayer(place));
  }
  const wire = findFakeWire(settings.address?.replace("fake://", "") ?? "");
  if (wire === undefined)
    return fail({
      reason: "unsupported",
      message: `A recording cannot be played into ${productName}: set "address" to fake:// and a name, such as fake://keypad.`,
    });
  const answers: Uint8Array[] = [];
  wire.follow(answers);
  return succeed({
    answers,
    play: async (bytes) => wire.play(bytes),
    close: async () => wire.follow([]),
  });
}

function createStreamPlayer({ host, port }: Extract<Place, { port: number }>): RecordingPlayer {
  const answers: Uint8Array[] = [];
  const channels = new Map<string, Promise<Socket>>();
  const openChannel = async () => {
    const socket = connect(port, host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host);
    await once(socket, "connect");
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => answers.push(bytes));
    return socket;
  };
  return {
    answers,
    async play(bytes, name) {
      const channel = channels.get(name) ?? openChannel();
      channels.set(name, channel);
      const socket = await channel;
      await new Promise<void>((resolve) => {
        socket.write(bytes, () => resolve());
      });
    },
    async close() {
      for (const channel of channels.values()) (await channel).destroySoon();
      channels.clear();
    },
  };
}
