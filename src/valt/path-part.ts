import { isPrintable, printable } from "../base/printable.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import type { ValtFailure } from "./failure.ts";

/** A UUID has 36. */
const LONGEST = 200;
/** An address means other things by these, whatever they stand for. */
const STEPS = new Set(["", ".", ".."]);

/** An id of the server's as a part of an address. There are ids that no address can carry: then nothing is asked. */
export function toPathPart(id: string): Result<string, ValtFailure> {
  const isSound = id.length <= LONGEST && isPrintable(id) && !STEPS.has(id);
  return isSound ? succeed(encodeURIComponent(id)) : fail(untellable(id));
}

function untellable(id: string): ValtFailure {
  const shown = printable(id.slice(0, 40));
  return {
    kind: "refused",
    message: `The server calls the recording "${shown}", which cannot be asked about in any address.`,
    heard: "no",
    again: "never",
  };
}
