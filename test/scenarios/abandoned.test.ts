import { createServer, Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { rest, startRig, until } from "../support/rig.ts";

const ROOM = "/valt/room/interview-1";
const DEADLINE_MS = 600;

test("a stop that was given up does not end the next recording when the kernel sends it again", async () => {
  const { network, simulator, surface, bridge } = await startBehindNetwork();
  surface.send(`${ROOM}/start`);
  await until("recording", () => bridge.status().rooms[0]?.status === "recording");
  network.cut();
  surface.send(`${ROOM}/stop`);
  await until("the refusal", () => surface.last("/valt/error"));
  await rest(3 * DEADLINE_MS);
  network.heal();
  await until("the room", () => bridge.status().rooms[0]?.status === "recording");
  surface.send(`${ROOM}/stop`);
  await until("the end", () => bridge.status().rooms[0]?.status === "available");
  surface.send(`${ROOM}/start`);
  await until("the next recording", () => bridge.status().rooms[0]?.status === "recording");
  network.sendAgain();
  await rest(500);
  const paths = simulator.requests.all().map(({ path }) => path);
  const commands = paths.filter((path) => path.includes("/record/")).map((path) => path.split("/").at(-1));
  expect(commands).toEqual(["start", "stop", "start"]);
  expect(simulator.world.room(1)?.status).toBe("recording");
});

test("a mark whose request was given up arrives once", async () => {
  const { network, simulator, surface, bridge } = await startBehindNetwork();
  surface.send(`${ROOM}/start`);
  await until("the elapsed time", () => bridge.status().rooms[0]?.elapsedMs !== undefined);
  network.cut();
  surface.send(`${ROOM}/marker`, "in the dark");
  await until("the queue", () => bridge.status().marksWaiting === 1);
  await rest(3 * DEADLINE_MS);
  network.heal();
  await until("the delivery", () => bridge.status().marksWaiting === 0);
  network.sendAgain();
  await rest(500);
  expect(simulator.world.room(1)?.marks.map(({ text }) => text)).toEqual(["in the dark"]);
});

async function startBehindNetwork() {
  const network = await startNetwork();
  const rig = await startRig({
    extra: {
      server: {
        url: `http://127.0.0.1:${network.port}`,
        username: "panel-bridge",
        deadlineMs: DEADLINE_MS,
      },
    },
    timing: { pressDeadlineMs: DEADLINE_MS },
  });
  network.reaches(Number(new URL(rig.simulator.url).port));
  network.heal();
  network.sendAgain();
  rig.surface.send("/valt/subscribe", 60);
  await until("the room", () => rig.surface.last(`${ROOM}/state`)?.[0] === "available");
  return { network, ...rig };
}

/**
 * The path to a server as two kernels make it: what is written while it is cut waits, also beyond a polite end of its
 * connection, and arrives when it is sent again, a while after the path has healed. What was reset is gone. It is cut
 * at first.
 */
async function startNetwork() {
  let isCut = true;
  let serverPort = 0;
  const sockets = new Set<Socket>();
  const held = new Set<(() => void)[]>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = new Socket({ allowHalfOpen: true });
    const waiting: (() => void)[] = [];
    const inTurn = (deliver: () => void) => {
      if (isCut) held.add(waiting);
      if (held.has(waiting)) waiting.push(deliver);
      else deliver();
    };
    const carry = (from: Socket, to: Socket) => {
      sockets.add(from);
      from.on("data", (bytes) => inTurn(() => to.write(bytes)));
      from.on("end", () => inTurn(() => to.end()));
      // What of it still waits is written to a socket that is no more.
      from.on("error", () => to.destroy());
    };
    inTurn(() => {
      if (!near.destroyed) far.connect(serverPort, "127.0.0.1");
    });
    carry(near, far);
    carry(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    reaches: (port: number) => {
      serverPort = port;
    },
    cut: () => {
      isCut = true;
    },
    heal: () => {
      isCut = false;
    },
    sendAgain: () => {
      for (const waiting of held) for (const deliver of waiting) deliver();
      held.clear();
    },
  };
}
