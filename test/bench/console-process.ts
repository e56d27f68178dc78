/** The bridge with panels of the browser and its console, in a process of its own, and when each picture was shown. */

import type { Fact } from "../../src/journal/fact.ts";
import { answerParent, readUsage } from "./answering.ts";
import { sharedMs } from "./deck-report.ts";
import { type InnerProgram, startInnerProgram } from "./inner-program.ts";

/** A picture that was handed to a panel: when, and to which control. */
export interface ShownPicture {
  readonly atMs: number;
  readonly key: string;
}

let program: InnerProgram | undefined;
let shown: ShownPicture[] = [];

answerParent({ begin, shown: takeShown, rooms: countRooms, usage: readUsage, end: () => program?.close() });

/** Resolves with the console's address. */
async function begin({ mapping: text }: { mapping: string }): Promise<string> {
  program = await startInnerProgram(text, note);
  return program.consoleUrl;
}

function note(fact: Fact): void {
  if (fact.kind === "shown") shown.push({ atMs: sharedMs(), key: `${fact.device} ${fact.control}` });
}

function takeShown(): readonly ShownPicture[] {
  const taken = shown;
  shown = [];
  return taken;
}

function countRooms({ status }: { status: string }): number {
  return program?.bridge.status().rooms.filter((room) => room.status === status).length ?? 0;
}
