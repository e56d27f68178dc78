import { type Context, Hono } from "hono";
import { getPath } from "hono/utils/url";
import type { Clock } from "../base/clock.ts";
import { redact } from "../base/redact.ts";
import { findRefusal } from "../base/web-guard.ts";
import type { ConsoleSource } from "../bridge/console-source.ts";
import type { Language } from "../language/language.ts";
import type { Bindings } from "./bindings.ts";
import { addEditing } from "./editing.ts";
import { admit, cookieName, knockOf } from "./entrance.ts";
import { securityHeaders } from "./headers.ts";
import { readHelpFile } from "./help-files.ts";
import { addKioskPages } from "./kiosk-pages.ts";
import { listPages, mayOpen } from "./page/pages.ts";
import type { PageFile, PageFiles } from "./page-files.ts";
import { signSession } from "./session-cookie.ts";
import { type CheckedSettings, withoutBase } from "./settings.ts";
import { renderLogin, renderShell } from "./shell.ts";
import type { TokenCheck } from "./token-check.ts";

interface AppParts {
  readonly settings: CheckedSettings;
  readonly clock: Clock;
  readonly checkToken: TokenCheck;
  readonly source: ConsoleSource;
  readonly files: PageFiles;
  /** Whether everything that is needed for a press is there. */
  isReady(): boolean;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
}

type Asked = Context<Bindings>;

const SESSION_SECONDS = 60 * 60 * 24 * 90;
const MOST_FORM_BYTES = 2048;

/** Everything that is asked over HTTP: the page, its files, the login, downloads, and what monitoring reads. */
export function createApp(parts: AppParts): Hono<Bindings> {
  const { settings, clock, checkToken, files, source } = parts;
  const app = new Hono<Bindings>({ getPath: (request) => withoutBase(getPath(request), settings) });
  const headers = securityHeaders(settings.isEncrypted);

  app.use(async (asked, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) asked.res.headers.set(name, value);
  });
  // Says that the process is alive, and nothing else: open to whoever reaches the port by its name.
  app.get("/healthz", (asked) => guardName(asked, parts) ?? asked.text("ok\n"));
  app.get("/readyz", (asked) => {
    const isReady = parts.isReady();
    return guardName(asked, parts) ?? asked.text(isReady ? "ready\n" : "not ready\n", isReady ? 200 : 503);
  });
  for (const [path, file] of files)
    app.get(path, (asked) => guardName(asked, parts) ?? sendFile(asked, file));
  addLogin(app, parts);
  addKioskPages(app, parts);

  app.use(async (asked, next) => {
    const intent = ["GET", "HEAD"].includes(asked.req.method) ? "reads" : "changes";
    const admission = admit(knockOf(asked.env.incoming, intent), settings, {
      checkToken,
      nowWallMs: clock.wallMs(),
    });
    if (admission.kind === "refused") return asked.text(`${admission.why}\n`, 403);
    if (admission.kind === "unauthenticated") return askForToken(asked, source.language());
    if (admission.kind === "locked-out") return asked.text("too many wrong tokens: wait a minute\n", 429);
    asked.set("visitor", admission.visitor);
    return await next();
  });
  for (const page of listPages()) {
    app.get(page.path, (asked) =>
      mayOpen(page, asked.get("visitor").right)
        ? asked.html(renderShell(files, { path: page.path, language: source.language() }), 200, {
            "cache-control": "no-cache",
          })
        : asked.text("this session may look on, but not open this page\n", 403),
    );
  }
  // What is named from there would be sought beside the console instead of below it.
  if (settings.basePath !== "")
    app.get(settings.basePath, (asked) => asked.redirect(`${settings.basePath}/`, 308));
  app.get("/help", (asked) => asked.redirect(`${settings.basePath}/help/index.html`, 302));
  app.get("/help/:file", async (asked) => {
    const file = await readHelpFile(asked.req.param("file"), source.language());
    if (file === undefined) return asked.notFound();
    return asked.body(file.text, 200, { "content-type": file.type, "cache-control": "no-cache" });
  });
  addEditing(app, parts);
  app.get("/metrics", async (asked) => {
    return asked.text(await parts.metrics(), 200, { "content-type": "text/plain; version=0.0.4" });
  });
  app.get("/status.json", (asked) => asked.text(redact(JSON.stringify(source.status())), 200, JSON_DOWNLOAD));
  app.get("/mapping.jsonc", (asked) =>
    asked.text(redact(source.mapping().text), 200, {
      "content-type": "text/plain; charset=utf-8",
      "content-disposition": 'attachment; filename="mapping.jsonc"',
    }),
  );
  app.post("/logout", (asked) => {
    asked.header("set-cookie", `${cookieName(settings)}=; ${cookieRules(settings)}; Max-Age=0`);
    return asked.redirect("./", 303);
  });
  app.notFound((asked) => asked.text("there is no such page\n", 404));
  app.onError((_, asked) => asked.text("this could not be answered\n", 500));
  return app;
}

const JSON_DOWNLOAD = { "content-type": "application/json; charset=utf-8" };

function addLogin(app: Hono<Bindings>, { settings, clock, checkToken, source }: AppParts): void {
  app.post("/login", async (asked) => {
    const knock = knockOf(asked.env.incoming, "changes");
    const why = findRefusal(knock.headers, knock.intent, settings);
    if (why !== undefined) return asked.text(`${why}\n`, 403);
    const { path } = asked.req;
    const language = source.language();
    if (Number(asked.req.header("content-length") ?? Infinity) > MOST_FORM_BYTES)
      return asked.html(renderLogin("wrong", { path, language }), 413);
    const form = new URLSearchParams(await asked.req.text());
    const to = pageAt(form.get("to") ?? "/");
    const token = form.get("token") ?? "";
    const right = checkToken.token(token, knock.remote);
    if (right === "locked-out") return asked.html(renderLogin("too-often", { path, language, to }), 429);
    if (right === "wrong") return asked.html(renderLogin("wrong", { path, language, to }), 401);
    const session = signSession(right, clock.wallMs() + SESSION_SECONDS * 1000, settings.tokens);
    const rules = `${cookieRules(settings)}; Max-Age=${SESSION_SECONDS}`;
    asked.header("set-cookie", `${cookieName(settings)}=${session}; ${rules}`);
    return asked.redirect(`.${to}`, 303);
  });
}

/** The path when it is a page's, so that a login leads back there; else the first page's. */
function pageAt(path: string): string {
  const isPage = listPages().some(({ path: own }) => {
    const [before = "", part] = own.split(":");
    return part === undefined
      ? path === own
      : path.startsWith(before) && /^[\w.~%-]+$/.test(path.slice(before.length));
  });
  return isPage ? path : "/";
}

function cookieRules({ isEncrypted }: CheckedSettings): string {
  return `Path=/; HttpOnly; SameSite=Strict${isEncrypted ? "; Secure" : ""}`;
}

function askForToken(asked: Asked, language: Language): Response {
  const wantsPage = asked.req.header("accept")?.includes("text/html") === true;
  const { path } = asked.req;
  return wantsPage
    ? asked.html(renderLogin("", { path, language, to: pageAt(path) }), 401)
    : asked.text("a token is needed\n", 401);
}

/** Files of the page and signs of life are for everybody, but not under a name that was bent to our address. */
function guardName(asked: Asked, { settings }: AppParts): Response | undefined {
  const why = findRefusal(asked.env.incoming.headers, "reads", settings);
  return why === undefined ? undefined : asked.text(`${why}\n`, 403);
}

function sendFile(asked: Asked, file: PageFile): Response {
  const isNamed = asked.req.query("v") === file.version;
  const headers = {
    etag: `"${file.version}"`,
    "cache-control": isNamed ? "public, max-age=31536000, immutable" : "no-cache",
    vary: "accept-encoding",
  };
  if (asked.req.header("if-none-match") === headers.etag) return asked.body(null, 304, headers);
  const isGzip = asked.req.header("accept-encoding")?.includes("gzip") === true;
  const encoding: Record<string, string> = isGzip ? { "content-encoding": "gzip" } : {};
  return asked.body(Uint8Array.from(isGzip ? file.gzipped : file.bytes), 200, {
    ...headers,
    ...encoding,
    "content-type": file.type,
  });
}
