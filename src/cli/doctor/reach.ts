import { connect } from "node:net";

interface Unreached {
  readonly why: string;
  readonly remedy: string;
}

const REACH_WITHIN_MS = 3000;

/** Opens a TCP connection and closes it at once; nothing is sent. */
export function reach(host: string, port: number): Promise<"reached" | Unreached> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: REACH_WITHIN_MS });
    const end = (result: "reached" | Unreached) => {
      socket.destroy();
      resolve(result);
    };
    socket.once("connect", () => end("reached"));
    socket.once("timeout", () => end(SILENT));
    socket.on("error", (error: Error) => end(explain(error)));
  });
}

const SILENT: Unreached = {
  why: `no answer within ${REACH_WITHIN_MS / 1000} s`,
  remedy: "check that the machine is on, and that no firewall is in between",
};

const REASONS: Readonly<Record<string, Unreached>> = {
  ECONNREFUSED: {
    why: "the machine is there, and nothing listens on that port",
    remedy: "check the port in the mapping, and that the program over there is running",
  },
  ENOTFOUND: { why: "no machine of that name is known", remedy: "check the name, or use the address" },
  EAI_AGAIN: { why: "the name service does not answer", remedy: "check the network, or use the address" },
  EHOSTUNREACH: {
    why: "the machine does not answer in its network",
    remedy: "check the address, its cable and its power",
  },
  ENETUNREACH: {
    why: "there is no way to that network",
    remedy: "check this machine's network card, address and gateway",
  },
  ETIMEDOUT: SILENT,
};

function explain(error: Error): Unreached {
  // With several addresses for one name, the first that failed tells most.
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  const code = "code" in first ? String(first.code) : "";
  return (
    REASONS[code] ?? {
      why: `the connection failed (${code || first.message})`,
      remedy: "check address, port and network",
    }
  );
}
