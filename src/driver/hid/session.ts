import type { DeviceHost } from "../contract.ts";

/** Where one opening of a device stands. Touches need no question here: the supervisor hears none of a device that was lost or closed. */
export interface Session {
  state(): "opening" | "open" | "lost" | "closed";
  /** False when the device was lost while it was being opened. */
  begin(): boolean;
  /** Tells the host once, and only of a device that it was given. */
  lose(reason: string): void;
  end(): void;
}

/** Begins as `opening`. */
export function createSession(host: DeviceHost): Session {
  let state: ReturnType<Session["state"]> = "opening";
  return {
    state: () => state,
    begin() {
      if (state !== "opening") return false;
      state = "open";
      return true;
    },
    lose(reason) {
      if (state === "open") host.lost(reason);
      if (state !== "closed") state = "lost";
    },
    end() {
      if (state !== "lost") state = "closed";
    },
  };
}
