import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { ValtVersion } from "../../src/simulator/server.ts";
import { start } from "./start.ts";

interface VendorCall {
  readonly method: string;
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly status: number;
}

// What a transcription of the vendor's Python client (ivs-valt-python, its 4.2 line) asked during `vendor-client.py`.
test.for(["5.9", "6.6"] as const)(
  "every call of the vendor's client is answered by VALT %s",
  async (valt) => {
    const { ask } = await start({ valt });
    const calls = readFileSync(new URL(`vendor-calls-${valt}.jsonl`, import.meta.url), "utf8");
    const inTwoHours = Math.floor(Date.now() / 1000) + 7200;
    for (const line of calls.trim().split("\n")) {
      const { method, path, body, status } = JSON.parse(line) as VendorCall;
      const sent = body?.start_at === undefined ? body : { ...body, start_at: inTwoHours };
      const reply = await ask(method, path, sent);
      expect(`${method} ${path} ${reply.status}`).toBe(`${method} ${path} ${status}`);
    }
  },
);

const checkout = process.env.VALT_PYTHON_CHECKOUT;
if (checkout === undefined) {
  console.log(
    "the vendor's own client is not driven: VALT_PYTHON_CHECKOUT names no checkout of ivs-valt-python",
  );
}

test.skipIf(checkout === undefined).for<ValtVersion>(["5.9", "6.5", "6.6"])(
  "the vendor's own client gets through a day with VALT %s",
  async (valt) => {
    const { simulator } = await start({ valt });
    const script = fileURLToPath(new URL("vendor-client.py", import.meta.url));
    const run = promisify(execFile);
    const { stdout } = await run("python3", [
      script,
      checkout ?? "",
      simulator.url,
      "panel-bridge",
      "simulator",
    ]);
    const said = JSON.parse(stdout) as Record<string, unknown>;
    const started = simulator.world.recordings()[0]?.id;
    expect(said).toMatchObject({
      rooms: 6,
      status: [1, 2, 2, 3, 2, 1, 4, 1],
      started,
      again: 0,
      commented: 1,
      recording: started,
      paused: started,
      resumed: started,
      stopped: started,
      locked: 1,
      unlocked: 1,
      card: 4,
      "unknown card": 0,
      "group deleted": 1,
      schedule: "Vendor schedule",
    });
    expect(simulator.world.recordings()[0]?.marks.map((mark) => mark.text)).toEqual(["Disclosure"]);
  },
);
