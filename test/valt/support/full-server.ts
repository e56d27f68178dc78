import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

const LISTENING = `
  const server = require("node:net").createServer();
  server.listen({ host: "127.0.0.1", port: 0, backlog: 1 }, () => console.log(server.address().port));
`;

/** How long a connection of this machine to itself takes at most. */
const STANDS_WITHIN_MS = 300;

/**
 * A port whose kernel drops every attempt to connect, as a host does that is gone: its program is stopped, and its queue is
 * full.
 */
export async function startFullServer(): Promise<number> {
  const child = spawn(process.execPath, ["-e", LISTENING], { stdio: ["ignore", "pipe", "inherit"] });
  const fillers: Socket[] = [];
  onTestFinished(() => {
    child.kill("SIGKILL");
    for (const filler of fillers) filler.destroy();
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const port = Number(line.toString());
  child.kill("SIGSTOP");
  for (let count = 0; count < 20; count++) {
    const filler = connect(port, "127.0.0.1");
    filler.on("error", () => undefined);
    fillers.push(filler);
    if (!(await stands(filler))) return port;
  }
  throw new Error("its queue does not become full");
}

function stands(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), STANDS_WITHIN_MS);
    socket.once("connect", () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
