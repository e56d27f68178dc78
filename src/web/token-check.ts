import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Right, Tokens } from "../bridge/console-source.ts";
import type { Kiosk, Kiosks } from "../bridge/kiosks.ts";
import { LoginThrottle } from "../link/login-throttle.ts";
import { rightOfToken } from "./session-cookie.ts";

/** What is shown at the door, from an IP address: a token of the console, or the key of a tablet's link. */
export interface TokenCheck {
  token(offered: string, remote: string): Right | Refusal;
  key(offered: string, remote: string): Kiosk | Refusal;
}

type Refusal = "wrong" | "locked-out";

interface CheckTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly kiosks: Pick<Kiosks, "find">;
}

/** Looks at nothing from an address that guesses; the log says once when that begins. */
export function createTokenCheck(tokens: Tokens, { clock, log, kiosks }: CheckTools): TokenCheck {
  const guesses = new LoginThrottle(clock);
  const judge = <Found>(found: Found | undefined, remote: string): Found | Refusal => {
    const verdict = guesses.judge(remote, () => found !== undefined);
    if (verdict === "locks-out")
      log.warn("too many wrong tokens: locked out of the console for a minute", { address: remote });
    if (verdict === "locked-out") return "locked-out";
    return found ?? "wrong";
  };
  return {
    token: (offered, remote) => judge(rightOfToken(offered, tokens), remote),
    key: (offered, remote) => judge(kiosks.find(offered), remote),
  };
}
