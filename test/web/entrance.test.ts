import { describe, expect, it } from "vitest";
import { type Log, silentLog } from "../../src/base/log.ts";
import type { ConsoleSettings } from "../../src/bridge/console-source.ts";
import { admit, cookieName } from "../../src/web/entrance.ts";
import { readSession, rightOfToken, signSession } from "../../src/web/session-cookie.ts";
import { type CheckedSettings, checkSettings } from "../../src/web/settings.ts";
import { createTokenCheck } from "../../src/web/token-check.ts";
import { createFakeClock } from "../support/fake-clock.ts";

type Knock = Parameters<typeof admit>[0];

const TOKENS = { press: "press-token-0123456789", view: "view-token-0123456789" };
const NONE = { find: () => undefined };
const NOW_MS = 1_800_000_000_000;
const CERTIFICATE = { certificate: "certificate", key: "key" };

function settled(settings: ConsoleSettings): CheckedSettings {
  const checked = checkSettings(settings);
  if (!checked.ok) throw new Error(checked.failure.message);
  return checked.value;
}

function knock(
  headers: Knock["headers"],
  settings: ConsoleSettings = {},
  intent: Knock["intent"] = "changes",
) {
  const checkToken = createTokenCheck(settings.tokens ?? {}, {
    clock: createFakeClock(),
    log: silentLog,
    kiosks: NONE,
  });
  return admit({ headers, remote: "127.0.0.1", intent }, settled(settings), {
    checkToken,
    nowWallMs: NOW_MS,
  });
}

const own = { host: "127.0.0.1:8484", origin: "http://127.0.0.1:8484" };

describe("the right to edit the mapping", () => {
  const here = { tokens: { ...TOKENS, edit: "edit-token-0123456789" } };
  const rightOf = (admission: ReturnType<typeof admit>) =>
    admission.kind === "visitor" ? admission.visitor.right : admission.kind;
  const bearer = (token: string) => ({ ...own, authorization: `Bearer ${token}` });

  it("comes with pressing on this machine, with its own token anywhere, and never with viewing", () => {
    expect(rightOf(knock(own))).toBe("edit");
    expect(rightOf(knock(bearer(TOKENS.press), here))).toBe("edit");
    expect(rightOf(knock(bearer(here.tokens.edit), here))).toBe("edit");
    expect(rightOf(knock(bearer(TOKENS.view), here))).toBe("view");
  });

  it.each([
    ["x-forwarded-for", "10.0.0.7"],
    ["forwarded", "for=10.0.0.7"],
    ["via", "1.1 proxy"],
    ["x-real-ip", "10.0.0.7"],
  ])("does not come with pressing through a proxy that says so by %s", (name, value) => {
    expect(rightOf(knock({ ...own, [name]: value }))).toBe("press");
    expect(rightOf(knock({ ...bearer(here.tokens.edit), [name]: value }, here))).toBe("edit");
  });

  it("does not come with pressing under another name, nor behind a proxy that has the certificate", () => {
    const named = { names: ["bridge.example.com"] };
    const byName = { host: "bridge.example.com", origin: "http://bridge.example.com" };
    expect(rightOf(knock(byName, named))).toBe("press");
    const proxied = { host: own.host, origin: "https://127.0.0.1:8484" };
    expect(rightOf(knock(proxied, { tls: "by-proxy" }))).toBe("press");
  });

  it("is nobody's where nobody may edit", () => {
    expect(rightOf(knock(own, { editing: "nobody" }))).toBe("press");
    const off = { ...here, editing: "nobody" as const };
    expect(rightOf(knock(bearer(here.tokens.edit), off))).toBe("press");
    expect(rightOf(knock(bearer(TOKENS.view), off))).toBe("view");
  });
});

describe("the entrance on this machine", () => {
  it("lets the console's own page in, by address and by localhost", () => {
    expect(knock(own)).toMatchObject({ kind: "visitor", visitor: { right: "edit" } });
    expect(knock({ host: "localhost:8484", origin: "http://localhost:8484" }).kind).toBe("visitor");
    expect(knock({ host: "[::1]:8484", origin: "http://[::1]:8484" }).kind).toBe("visitor");
  });

  it.each([
    ["of another site", { ...own, origin: "https://evil.example" }],
    ["of another port", { ...own, origin: "http://127.0.0.1:9999" }],
    ["without an origin of its own", { ...own, origin: "null" }],
    ["that does not say which it is", { host: own.host }],
  ])("refuses what a page %s asks for", (_, headers) => {
    expect(knock(headers).kind).toBe("refused");
  });

  it("refuses a name that was bent to its address, even if origin and host agree", () => {
    expect(knock({ host: "evil.example:8484", origin: "http://evil.example:8484" }).kind).toBe("refused");
    expect(knock({ host: "127.0.0.1.evil.example" }, {}, "reads").kind).toBe("refused");
    expect(knock({}, {}, "reads").kind).toBe("refused");
  });

  it("knows the names that it was given", () => {
    const named = { host: "bridge.example.com", origin: "http://bridge.example.com" };
    expect(knock(named, { names: ["Bridge.example.com"] }).kind).toBe("visitor");
  });

  it("wants a token as soon as there is one", () => {
    expect(knock(own, { tokens: TOKENS }).kind).toBe("unauthenticated");
    const bearer = (token: string) => knock({ ...own, authorization: `Bearer ${token}` }, { tokens: TOKENS });
    expect(bearer(TOKENS.press)).toMatchObject({ visitor: { right: "edit" } });
    expect(bearer(TOKENS.view)).toMatchObject({ visitor: { right: "view" } });
    expect(bearer(`${TOKENS.press}x`).kind).toBe("unauthenticated");
    expect(bearer("").kind).toBe("unauthenticated");
  });
});

describe("guessing a token", () => {
  it("locks the address out for a minute, says so once, and leaves the others and open sessions alone", async () => {
    const clock = createFakeClock();
    const warnings: unknown[] = [];
    const log: Log = { ...silentLog, warn: (text, details) => warnings.push([text, details]) };
    const settings = settled({ tokens: TOKENS });
    const checkToken = createTokenCheck(settings.tokens, { clock, log, kiosks: NONE });
    const come = (headers: Knock["headers"], remote = "10.0.0.66") =>
      admit({ headers: { ...own, ...headers }, remote, intent: "reads" }, settings, {
        checkToken,
        nowWallMs: NOW_MS,
      }).kind;
    const right = { authorization: `Bearer ${TOKENS.press}` };
    const guesses = Array.from({ length: 300 }, (_, n) => come({ authorization: `Bearer guess-${n}` }));
    expect(guesses.filter((kind) => kind === "unauthenticated")).toHaveLength(10);
    expect(guesses.at(-1)).toBe("locked-out");
    expect(come(right)).toBe("locked-out");
    expect(come(right, "10.0.0.7")).toBe("visitor");
    const cookie = `${cookieName(settings)}=${signSession("press", NOW_MS + 1000, TOKENS)}`;
    expect(come({ cookie })).toBe("visitor");
    expect(warnings).toEqual([[expect.stringContaining("locked out"), { address: "10.0.0.66" }]]);
    await clock.advance(60_000);
    expect(come(right)).toBe("visitor");
  });
});

describe("a session", () => {
  const cookieOf = (right: "view" | "press", untilMs = NOW_MS + 1000) =>
    `other=1; ${cookieName(settled({ tokens: TOKENS }))}=${signSession(right, untilMs, TOKENS)}`;

  it("gives the right with which it was opened, until it ends", () => {
    const come = (cookie: string) => knock({ ...own, cookie }, { tokens: TOKENS });
    expect(come(cookieOf("view"))).toMatchObject({
      kind: "visitor",
      visitor: { right: "view", how: "cookie" },
    });
    expect(come(cookieOf("press"))).toMatchObject({ visitor: { right: "edit" } });
    expect(come(cookieOf("press", NOW_MS - 1)).kind).toBe("unauthenticated");
  });

  it("cannot be made up, nor raised from viewing to pressing", () => {
    const signed = signSession("view", NOW_MS + 1000, TOKENS);
    expect(readSession(signed, TOKENS, NOW_MS)?.right).toBe("view");
    expect(readSession(signed.replace("view", "press"), TOKENS, NOW_MS)).toBeUndefined();
    for (const forged of ["", "press", "press.9e15.00.", `press.${NOW_MS + 1}.00.AAAA`, `${signed}x`])
      expect(readSession(forged, TOKENS, NOW_MS)).toBeUndefined();
  });

  it("ends when its token is another, and does not carry it", () => {
    const signed = signSession("press", NOW_MS + 1000, TOKENS);
    expect(readSession(signed, { ...TOKENS, press: "another-token-123456" }, NOW_MS)).toBeUndefined();
    expect(readSession(signed, { view: TOKENS.view }, NOW_MS)).toBeUndefined();
    expect(signed).not.toContain(TOKENS.press);
  });

  it("is not opened by an empty token where none is set", () => {
    expect(rightOfToken("", {})).toBeUndefined();
    expect(rightOfToken("", TOKENS)).toBeUndefined();
    expect(rightOfToken(TOKENS.view, { press: TOKENS.press })).toBeUndefined();
  });
});

describe("the settings", () => {
  const refusalOf = (settings: ConsoleSettings) => {
    const checked = checkSettings(settings);
    return checked.ok ? undefined : checked.failure.message;
  };

  it("open the console beyond this machine only with a token and encryption", () => {
    expect(refusalOf({ host: "0.0.0.0" })).toMatch(/token/);
    expect(refusalOf({ host: "0.0.0.0", tokens: TOKENS })).toMatch(/certificate/);
    expect(refusalOf({ host: "0.0.0.0", tls: CERTIFICATE })).toMatch(/token/);
    expect(refusalOf({ host: "0.0.0.0", tokens: TOKENS, tls: CERTIFICATE })).toBeUndefined();
    expect(refusalOf({ host: "10.0.0.5", tokens: TOKENS, tls: "by-proxy" })).toBeUndefined();
    expect(refusalOf({ host: "127.0.0.2" })).toBeUndefined();
  });

  it("refuse tokens that are short, or the same for both rights", () => {
    expect(refusalOf({ tokens: { press: "short" } })).toMatch(/16 characters/);
    expect(refusalOf({ tokens: { press: TOKENS.press, view: TOKENS.press } })).toMatch(/same/);
  });

  it("let addresses pass beyond this machine, but no name that is not ours", () => {
    const far = { host: "0.0.0.0", tokens: TOKENS, tls: CERTIFICATE };
    const cookie = `${cookieName(settled(far))}=${signSession("press", NOW_MS + 1000, TOKENS)}`;
    const come = (host: string) => knock({ host, origin: `https://${host}`, cookie }, far).kind;
    expect(come("10.0.0.5:8484")).toBe("visitor");
    expect(come("evil.example:8484")).toBe("refused");
    expect(knock({ host: "10.0.0.5", origin: "http://10.0.0.5", cookie }, far).kind).toBe("refused");
  });
});
