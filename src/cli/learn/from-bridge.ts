import { userInfo } from "node:os";
import type { Heard, LessonEnd } from "../../bridge/lesson.ts";
import type { ControlDescription } from "../../driver/contract.ts";
import { askBridge } from "../places/status-socket.ts";
import { LEARN_REQUEST, type LearnAnswer } from "../running/lessons.ts";
import { complain, endWith, exitCodes, print } from "../terminal.ts";
import type { LearnVoice } from "./output.ts";

const endings: Readonly<Record<LessonEnd, string>> = {
  ended: "ended",
  quiet: "ended, since nothing was pressed for a minute",
  gone: "is gone",
  locked: "has locked itself",
};

/** A device of a running bridge, and what was touched on it. */
interface LearnedThere {
  readonly name: string;
  readonly touched: readonly ControlDescription[];
}

/** Lets the bridge at this address tell what a device reports, until the signal aborts or it ends by itself. */
export async function learnFromBridge(
  address: string,
  name: string,
  { voice, signal }: { readonly voice: LearnVoice; readonly signal: AbortSignal },
): Promise<LearnedThere | undefined> {
  const ask = async (sent: unknown) =>
    (await askBridge(address, LEARN_REQUEST, sent)) as LearnAnswer | undefined;
  const begun = await ask({ do: "begin", device: name, by: `learn by ${userInfo().username}` });
  const { lesson, controls = [] } = begun ?? {};
  if (lesson === undefined) {
    complain(begun?.failure ?? "the running bridge does not answer, or is too old to be asked for this");
    endWith(exitCodes.failed);
    return undefined;
  }
  voice.opened({ name }, "of the running bridge", controls);
  const touched = new Map<string, ControlDescription>();
  const take = (heard: Heard) => {
    voice.heard({ name }, heard);
    const control = controls.find(({ id }) => id === heard.control);
    if (control !== undefined && heard.event !== "held") touched.set(control.id, control);
  };
  const ended = await hearAll({ lesson, ask, signal }, take);
  if (ended !== "by us") print(ended === undefined ? "the bridge has ended" : `${name} ${endings[ended]}`);
  return { name, touched: [...touched.values()] };
}

interface Hearing {
  readonly lesson: number;
  readonly signal: AbortSignal;
  ask(sent: unknown): Promise<LearnAnswer | undefined>;
}

/** How it ended; nothing when the bridge answers no more. */
async function hearAll(
  { lesson, ask, signal }: Hearing,
  take: (heard: Heard) => void,
): Promise<LessonEnd | "by us" | undefined> {
  while (!signal.aborted) {
    const answer = await ask({ do: "hear", lesson });
    for (const heard of answer?.heard ?? []) take(heard);
    if (answer === undefined || answer.ended !== undefined) return answer?.ended;
  }
  await ask({ do: "end", lesson });
  return "by us";
}
