import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { until } from "../support/rig.ts";
import { startAttacked, tellDelays } from "./support.ts";

const PASSCODE = "open sesame 4711";
/** Shorter ones would stand in times and numbers, too. */
const PIN = "2026";

test("a passcode in a room's name on the server does not leave with the alarm about it", async () => {
  const posted: { readonly kind: string; readonly text: string; readonly at: string }[] = [];
  const hook = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += String(part);
    });
    request.on("end", () => {
      posted.push(JSON.parse(body));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void hook.close());
  const created = await createSimulator({
    rooms: [{ id: 1, name: `Lab ${PASSCODE} ${PIN}` }],
    controlPort: "none",
  });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  const { product, beginAttack, delays } = await startAttacked({
    server: created.value.url,
    rooms: { "interview-1": { id: 1, serverName: "Interview 1" } },
    devices: {
      line: { kind: "serial", listen: "tcp://127.0.0.1:0", passcodeFrom: "RACK_PASSCODE" },
      pad: { kind: "serial", listen: "tcp://127.0.0.1:0", passcodeFrom: "PAD_PASSCODE" },
    },
    extra: { alarms: { webhookFrom: "ALARM_ADDRESS" } },
    variables: {
      RACK_PASSCODE: PASSCODE,
      PAD_PASSCODE: PIN,
      ALARM_ADDRESS: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`,
    },
  });
  await beginAttack();
  const alarm = await until("the alarm", () => posted.find(({ text }) => text.includes("Lab")), 20_000);
  expect(alarm.text).toContain("Lab *** ***");
  expect(posted.map(({ text }) => text).join()).not.toContain("4711");
  // Each text by itself: the year of a time is no PIN.
  expect(alarm.at).toMatch(/^\d{4}-\d\d-\d\dT/);
  process.stdout.write(
    `${posted.length} alarms posted\n${tellDelays("a secret in a name", await delays())}\n`,
  );
  await product.stop();
}, 60_000);
