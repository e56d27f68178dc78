import { connect, type Socket } from "node:net";
import { expect, onTestFinished } from "vitest";
import { rest, until } from "../support/rig.ts";
import { testTogether } from "../support/together.ts";
import { type BusySite, setUpBusySite } from "./busy-site.ts";

const isLinux = process.platform === "linux";
/** However long the machine takes to start it. */
const PATIENT = { pressDeadlineMs: 10_000, freshMs: 20_000 };

/** A control system that has connected once and connects no more. */
async function connectTo(site: BusySite) {
  const socket: Socket = connect(site.ports.lines, "127.0.0.1");
  let text = "";
  const endings: string[] = [];
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString();
  });
  for (const ending of ["end", "close", "error"]) socket.on(ending, () => endings.push(ending));
  onTestFinished(() => {
    socket.destroy();
  });
  const lines = () => text.split("\r\n").slice(0, -1);
  return {
    endings,
    lines,
    write: (words: string) => socket.write(words),
    /** From now on nothing of what came before counts. */
    forget: () => {
      text = "";
    },
    hears: (line: string) =>
      until(`${line}, not ${JSON.stringify(text)}: ${site.said()}`, () => lines().includes(line), 15_000),
  };
}

async function start(change: Readonly<Record<string, unknown>> = {}) {
  const site = await setUpBusySite(PATIENT);
  const line = { kind: "serial", listen: `tcp://127.0.0.1:${site.ports.lines}`, ...change };
  site.edit({ line });
  await site.start();
  return { site, line };
}

testTogether(
  {
    "a peer keeps its connection over a restart: it is answered, told of changes, and nothing comes twice":
      async () => {
        const { site } = await start({ passcodeFrom: "VALT_PASSWORD" });
        const peer = await connectTo(site);
        peer.write("LOGIN simulator\r\nSUB 1\r\n");
        await peer.hears("!REC 1 IDLE");
        // The first half of a line is read by one process, the second by the next.
        peer.write("REC STA");
        await rest(300);
        for (let round = 1; round <= 2; round++) {
          peer.forget();
          await site.manager.restart();
          await site.isUp();
          peer.write(round === 1 ? "RT 1\r\nPING\r\n" : "REC STOP 1\r\nPING\r\n");
          await peer.hears("OK PONG");
          await peer.hears(round === 1 ? "!REC 1 RECORDING" : "!REC 1 IDLE");
          site.simulator.somebodyElse(1, round === 1 ? "pause" : "start");
          await peer.hears(round === 1 ? "!REC 1 PAUSED" : "!REC 1 RECORDING");
          const answers = peer.lines().filter((line) => !line.startsWith("!"));
          expect(answers).toEqual([expect.stringMatching(/^OK REC 1 /), "OK PONG"]);
        }
        expect(peer.endings).toEqual([]);
        expect(site.manager.kept()).toHaveLength(4);
        // What one process left is nobody's any more: the other side's end is heard.
        await site.manager.end("SIGKILL");
        await until("the end", () => peer.endings.includes("close"));
      },

    "commands that come while nobody runs are carried out once, by the next process": async () => {
      const { site } = await start();
      const peer = await connectTo(site);
      peer.write("PING\r\n");
      await peer.hears("OK PONG");
      await site.manager.end("SIGTERM");
      peer.write("REC? 1\r\nPING\r\nID?\r\n");
      await rest(200);
      peer.forget();
      site.manager.start();
      await peer.hears("OK ID valt-panel-bridge");
      expect(peer.lines().map((line) => line.split(" ")[1])).toEqual(["REC", "PONG", "ID"]);
      expect(peer.endings).toEqual([]);
    },

    "of lines that come all the time none is lost and none is answered twice, in their order": async () => {
      const { site } = await start({ limit: { perSecond: 10_000, burst: 10_000 } });
      const peer = await connectTo(site);
      let count = 0;
      const speaking = setInterval(() => peer.write(`@${count++} PING\r\n@${count++} REC? 1\r\n`), 3);
      onTestFinished(() => clearInterval(speaking));
      for (let round = 1; round <= 3; round++) {
        await until("some lines", () => peer.lines().length > 300 * round);
        await site.manager.restart();
        await site.isUp();
      }
      clearInterval(speaking);
      await until("all answers", () => peer.lines().length > count, 15_000);
      expect(peer.lines().map((line) => line.split(" ")[0])).toEqual([
        "!HELLO",
        ...Array.from({ length: count }, (_, index) => `@${index}`),
      ]);
      expect(peer.endings).toEqual([]);
      // The second half of a line that is too long is no command of its own.
      peer.write("X".repeat(2000));
      await rest(300);
      await site.manager.restart();
      await until("the end", () => peer.endings.includes("close"), 15_000);
    },

    "whom the next process would not know must connect anew": async () => {
      const { site, line } = await start();
      const peer = await connectTo(site);
      peer.write("PING\r\n");
      await peer.hears("OK PONG");
      await site.manager.end("SIGTERM");
      expect(peer.endings).toEqual([]);
      site.edit({ line: { ...line, passcodeFrom: "VALT_PASSWORD" } });
      site.manager.start();
      await until("the end", () => peer.endings.includes("close"), 15_000);
    },
  },
  { runs: isLinux },
);
