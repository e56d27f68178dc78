import { once } from "node:events";
import { connect } from "node:net";
import { fail, type OpenFailure, type RecordingPlayer, type Result, succeed } from "./contract.ts";

/** Hardware that is not there: a driver has opened it as if it were. */
export interface FakeHardware {
  /** Raw bytes, as if they came from the hardware. */
  play(bytes: Uint8Array): void;
  /** Everything that is written from now on is added to the list, oldest first. */
  follow(written: Uint8Array[]): void;
}

interface Playing {
  /** What the opened device calls itself. */
  readonly productName: string;
  /** What the settings must say to open a fake, such as `set "path" to fake://`. */
  readonly remedy: string;
}

/** Plays into a fake, whatever the channel; real hardware, which is `undefined`, refuses. */
export function playInto(
  fake: FakeHardware | undefined,
  { productName, remedy }: Playing,
): Result<RecordingPlayer, OpenFailure> {
  if (fake === undefined)
    return fail({
      reason: "unsupported",
      message: `A recording cannot be played into ${productName}: ${remedy}.`,
    });
  const answers: Uint8Array[] = [];
  fake.follow(answers);
  return succeed({
    answers,
    play: async (bytes) => fake.play(bytes),
    close: async () => fake.follow([]),
  });
}

/** A way of its own to the device, for one channel of a recording. */
export interface PlayerChannel {
  send(bytes: Uint8Array): Promise<void>;
  close(): void;
}

/** Opens each channel when something is first played on it; what comes back is added to `answers`. */
type OpenChannel = (name: string, answers: Uint8Array[]) => Promise<PlayerChannel>;

/** A player that opens a channel when something is first played on it. */
export function playOnChannels(openChannel: OpenChannel): RecordingPlayer {
  const answers: Uint8Array[] = [];
  const channels = new Map<string, Promise<PlayerChannel>>();
  return {
    answers,
    async play(bytes, name) {
      const channel = channels.get(name) ?? openChannel(name, answers);
      channels.set(name, channel);
      await (await channel).send(bytes);
    },
    async close() {
      for (const channel of channels.values()) (await channel).close();
      channels.clear();
    },
  };
}

/** A connection to who listens there. */
export async function openStream(
  { host, port }: { readonly host: string; readonly port: number },
  answers: Uint8Array[],
): Promise<PlayerChannel> {
  const socket = connect(port, reachable(host));
  await once(socket, "connect");
  socket.on("error", () => undefined);
  socket.on("data", (bytes) => answers.push(bytes));
  return {
    send: (bytes) => new Promise((resolve) => socket.write(bytes, () => resolve())),
    close: () => socket.destroySoon(),
  };
}

/** Who listens on every address is reached through the machine's own. */
export function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}
