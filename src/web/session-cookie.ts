import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Right, Tokens } from "../bridge/console-source.ts";

/** Which right a token gives. All are always compared, in constant time. */
export function rightOfToken(offered: string, tokens: Tokens): Right | undefined {
  const fitting = RIGHTS.filter((right) => isSame(offered, tokens[right]));
  return fitting[0];
}

const RIGHTS = ["edit", "press", "view"] as const satisfies readonly Right[];

/**
 * A session that the browser keeps and the bridge need not: who may what until when, signed with the token that opened
 * it. It outlives the process, so that a tablet on the wall stays open, and ends when its token is changed.
 */
export function signSession(right: Right, untilWallMs: number, tokens: Tokens): string {
  const claim = `${right}.${Math.floor(untilWallMs)}.${randomBytes(12).toString("hex")}`;
  return `${claim}.${sign(claim, tokens[right] ?? "")}`;
}

/** The right that a cookie still proves, and a short name for the session. */
export function readSession(
  cookie: string,
  tokens: Tokens,
  nowWallMs: number,
): { readonly right: Right; readonly name: string } | undefined {
  const [claimed, until, nonce, signature] = cookie.slice(0, 300).split(".");
  const right = RIGHTS.find((one) => one === claimed);
  if (right === undefined || until === undefined || nonce === undefined) return undefined;
  const token = tokens[right];
  if (token === undefined || signature === undefined) return undefined;
  if (!isSame(signature, sign(`${right}.${until}.${nonce}`, token))) return undefined;
  return Number(until) > nowWallMs ? { right, name: nonce.slice(0, 6) } : undefined;
}

function sign(claim: string, token: string): string {
  return createHmac("sha256", `valt-bridge console ${token}`).update(claim).digest("base64url");
}

function isSame(offered: string, wanted: string | undefined): boolean {
  const isEqual = timingSafeEqual(digest(offered), digest(wanted ?? ""));
  return isEqual && wanted !== undefined && wanted !== "";
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
