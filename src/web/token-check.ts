import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Right, Tokens } from "../bridge/console-source.ts";
import { LoginThrottle } from "../link/login-throttle.ts";
import { rightOfToken } from "./session-cookie.ts";

/** The right that a token gives, when it comes from this IP address. */
export type TokenCheck = (offered: string, remote: string) => Right | "wrong" | "locked-out";

/** Looks at no token from an address that guesses; the log says once when that begins. */
export function createTokenCheck(tokens: Tokens, { clock, log }: { clock: Clock; log: Log }): TokenCheck {
  const guesses = new LoginThrottle(clock);
  return (offered, remote) => {
    const right = rightOfToken(offered, tokens);
    const verdict = guesses.judge(remote, () => right !== undefined);
    if (verdict === "locks-out")
      log.warn("too many wrong tokens: locked out of the console for a minute", { address: remote });
    if (verdict === "locked-out") return "locked-out";
    return right ?? "wrong";
  };
}
