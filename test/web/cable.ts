import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** What lies between the bridge and a panel on the network, and can be pulled. */
export interface Cable {
  /** The bridge's end. */
  readonly port: number;
  pull(): void;
  plug(): Promise<void>;
}

/** Plugged in at once, and pulled when the test ends. */
export async function layCable(panelPort: number): Promise<Cable> {
  const ends = new Set<Socket>();
  let port = 0;
  let server: Server;
  const plug = async () => {
    server = createServer((near) => {
      const far = connect(panelPort, "127.0.0.1");
      near.pipe(far).pipe(near);
      for (const end of [near, far]) {
        ends.add(end);
        end.on("error", () => undefined);
        end.on("close", () => ends.delete(end));
      }
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  };
  const pull = () => {
    server.close();
    for (const end of ends) end.destroy();
  };
  await plug();
  onTestFinished(pull);
  return { port, pull, plug };
}
