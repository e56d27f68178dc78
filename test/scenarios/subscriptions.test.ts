import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startRig, until } from "../support/rig.ts";

test.each([
  [[], 60],
  [[5], 10],
  [[600.5], 600.5],
  [[3600], 3600],
  [[86_400], 3600],
] as const)("a subscription for %j is granted for %d s", async (asked, granted) => {
  const { surface } = await startRig();
  surface.send("/valt/subscribe", ...asked);
  await until("the grant", () => surface.last("/valt/ok"));
  expect(surface.last("/valt/ok")).toEqual(["/valt/subscribe", "done", granted]);
  surface.send("/valt/renew", ...asked);
  await until("the other", () => surface.all("/valt/ok").length === 2);
  expect(surface.last("/valt/ok")).toEqual(["/valt/renew", "done", granted]);
});

test("over TCP it lasts as long as the connection, which no number says", async () => {
  const { ports } = await startRig({ device: { listen: ["udp://127.0.0.1:0", "tcp://127.0.0.1:0"] } });
  const socket = connect(ports.tcp, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let heard = "";
  socket.on("data", (bytes) => {
    heard += String(bytes);
  });
  socket.write("/valt/subscribe 60\r");
  await until("the grant", () => heard.includes("/valt/ok /valt/subscribe done nil\r\n"));
});
