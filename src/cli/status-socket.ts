import { existsSync, unlinkSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { fail, type Result, succeed } from "../base/result.ts";

/** Where a running bridge can be asked how it is: one place a user and instance, reachable from this machine only. */
export function statusAddress(instance: string): string {
  const name = `valt-bridge-${userInfo().username}-${instance}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\${name}`;
  return join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), `${name}.sock`);
}

/** Fails when another bridge answers there: two would carry every press out twice. */
export async function serveStatus(
  address: string,
  tell: () => unknown,
): Promise<Result<{ close(): void }, { readonly message: string }>> {
  const running = await askStatus(address);
  if (running !== undefined) {
    return fail({
      message: `a bridge is running already (asked at ${address}); use --instance to run a second one`,
    });
  }
  if (process.platform !== "win32" && existsSync(address)) unlinkSync(address);
  const server = createServer((_, answer) => {
    answer.setHeader("content-type", "application/json");
    answer.end(JSON.stringify(tell()));
  });
  return new Promise((resolve) => {
    server.once("error", (error) =>
      resolve(fail({ message: `cannot listen at ${address}: ${error.message}` })),
    );
    server.listen(address, () => resolve(succeed({ close: () => closeAll(server) })));
  });
}

/** What a running bridge says, or nothing when none answers within a second. */
export function askStatus(address: string): Promise<unknown> {
  return new Promise((resolve) => {
    const asking = request({ socketPath: address, path: "/status", timeout: 1000 }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.on("end", () => resolve(JSON.parse(text)));
    });
    asking.on("error", () => resolve(undefined));
    asking.on("timeout", () => asking.destroy());
    asking.end();
  });
}

function closeAll(server: Server): void {
  server.close();
  server.closeAllConnections();
}
