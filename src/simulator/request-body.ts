import type { IncomingMessage } from "node:http";
import type { JsonObject } from "./route.ts";
import { asObject } from "./route.ts";

/** Parsed at once, also in the demo's process, where panels wait: the longest that VALT is sent is a tenth of it. */
const LARGEST_BODY_BYTES = 65_536;
const NOTHING: JsonObject = {};

/**
 * Calls back once the whole request is there: with the posted JSON object, with an empty object for GET and
 * DELETE, or with undefined for anything else. A request that is cut off is never told; one that is larger
 * than 64 KiB loses its connection.
 */
export function readBody(request: IncomingMessage, whenRead: (body: JsonObject | undefined) => void): void {
  if (request.method !== "POST") {
    request.resume();
    whenRead(NOTHING);
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > LARGEST_BODY_BYTES) request.destroy();
  });
  request.on("end", () => whenRead(parse(Buffer.concat(chunks).toString("utf8"))));
  // A peer that goes away is no failure of the server's.
  request.on("error", () => undefined);
}

function parse(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}
