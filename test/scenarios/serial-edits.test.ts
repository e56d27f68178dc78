import { expect, test } from "vitest";
import { dial, startListener } from "../support/lines.ts";

test("a virtual button that an edit adds is there for a control system that stays connected and logged in", async () => {
  const line = { room: "interview-1", passcodeFrom: "RACK_PASSCODE" };
  const { port, adopt } = await startListener(
    { ...line, controls: { talk: { tap: "start", look: "tally" } } },
    { secrets: { RACK_PASSCODE: "open sesame" } },
  );
  const crestron = await dial(port);
  expect(await crestron.ask("LOGIN open sesame")).toBe("OK LOGIN");
  expect(await crestron.ask("BTN end CLICK")).toBe("ERR 28 NOTFOUND");
  await adopt({
    ...line,
    controls: { talk: { tap: "start", look: "tally" }, end: { tap: "stop", look: "tally" } },
  });
  expect(await crestron.ask("BTN end CLICK")).toBe("OK BTN end");
  expect(await crestron.ask("BTN talk CLICK")).toBe("OK BTN talk");
  expect(crestron.hasEnded()).toBe(false);
});
