import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { errorText } from "../base/error-text.ts";
import { parseJson } from "../base/json.ts";
import { redact } from "../base/redact.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import { findRefusal } from "../base/web-guard.ts";
import type { ServedSetup, SetupSteps, WantedSetup, Written } from "../bridge/setup-steps.ts";
import { createLanguage, type Language, languageTags } from "../language/language.ts";
import type { Phrase } from "../language/phrases.ts";
import type { Sayable } from "../language/told.ts";
import { securityHeaders } from "./headers.ts";
import { openWebServer } from "./listener.ts";
import type { Setup } from "./page/setup-messages.ts";
import { type PageFile, type PageFiles, readPageFiles } from "./page-files.ts";
import { type CheckedSettings, checkSettings, withoutBase } from "./settings.ts";
import { SetupDoor } from "./setup-door.ts";
import { renderSetup } from "./shell.ts";

const COOKIE = "valt-setup";
const COOKIE_PATTERN = /(?:^|;\s*)valt-setup=([\w-]+)/;
const MOST_BYTES = 65_536;
/** For the last answer to reach its page. */
const CLOSE_WITHIN_MS = 500;
/** Stands for the key of the link: beyond this machine the page is served as a console with a token, over TLS alone. */
const LINK = { press: "the-key-of-a-link" };

/** Serves the page for the first steps to who has its link, until `close`. */
export async function serveSetup(wanted: WantedSetup): Promise<Result<ServedSetup, { message: string }>> {
  const checked = checkSettings({ ...wanted.settings, tokens: LINK });
  if (!checked.ok) return checked;
  const files = readPageFiles();
  if (!files.ok) return files;
  let tell: (written: Written) => void = () => undefined;
  const written = new Promise<Written>((resolve) => {
    tell = resolve;
  });
  const door: SetupDoor = new SetupDoor((key) =>
    wanted.tellLink(`${opened.ok ? opened.value.url : ""}${checked.value.basePath}/?key=${key}`),
  );
  const parts: Parts = {
    settings: checked.value,
    files: files.value,
    steps: inTurn(wanted.steps),
    door,
    written: (done) => tell(done),
  };
  const opened = await openWebServer({
    settings: checked.value,
    clock: wanted.clock,
    serve: (request, response) => void answer(request, response, parts),
  });
  if (!opened.ok) return opened;
  const { server } = opened.value;
  door.offer();
  return succeed({
    port: (server.address() as AddressInfo).port,
    written,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        wanted.clock.after(CLOSE_WITHIN_MS, () => server.closeAllConnections());
      }),
  });
}

interface Parts {
  readonly settings: CheckedSettings;
  readonly files: PageFiles;
  readonly door: SetupDoor;
  steps(name: Step, question: unknown): Promise<Result<unknown, Sayable>>;
  written(done: Written): void;
}

/** One step at a time, whichever window asks. */
function inTurn(steps: SetupSteps): Parts["steps"] {
  let last: Promise<unknown> = Promise.resolve();
  return (name, question) => {
    const step = work[name] as (steps: SetupSteps, question: unknown) => Promise<Result<unknown, Sayable>>;
    const done = last.then(() => step(steps, question)).catch((error) => fail(errorText(error)));
    last = done;
    return done;
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  const { settings, files } = parts;
  for (const [name, value] of Object.entries(securityHeaders(settings.isEncrypted)))
    response.setHeader(name, value);
  response.setHeader("cache-control", "no-store");
  const isReading = request.method === "GET";
  const why = findRefusal(request.headers, isReading ? "reads" : "changes", settings);
  if (why !== undefined) return end(response, 403, `${why}\n`);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://here");
  const path = withoutBase(pathname, settings);
  const file = isReading ? files.get(path) : undefined;
  if (file !== undefined) return sendFile(response, file);
  const language = languageFor(request.headers["accept-language"]);
  const refusal = letIn({ request, response }, searchParams.get("key"), parts);
  if (refusal !== undefined) return end(response, 403, `${language.say(refusal)}\n`);
  if (response.hasHeader("location")) return end(response, 303, "");
  const step = path.slice("/setup/".length);
  if (request.method === "POST" && isStep(step)) return takeStep(step, parts, { request, response });
  if (!isReading || path !== "/") return end(response, 404, "there is no such page\n");
  response.setHeader("content-type", "text/html; charset=utf-8");
  end(response, 200, renderSetup(files, language));
}

const WRONG_LINK: Phrase = "Open the link that the terminal shows.";

/** The key goes from the address into a cookie, so that it stands in no history. Or why nobody is let in. */
function letIn(
  { request, response }: Exchange,
  key: string | null,
  { door, settings }: Parts,
): Phrase | undefined {
  const cookie = COOKIE_PATTERN.exec(request.headers.cookie ?? "")?.[1] ?? "";
  if (door.isSession(cookie)) return undefined;
  const entered = request.method === "GET" && key !== null ? door.enter(key) : "wrong";
  if (entered === "used") return "This link was used. The terminal shows a new one.";
  if (entered === "wrong") return WRONG_LINK;
  const limits = `Path=${settings.basePath}/; HttpOnly; SameSite=Strict${settings.isEncrypted ? "; Secure" : ""}`;
  response.setHeader("set-cookie", `${COOKIE}=${entered.session}; ${limits}`);
  response.setHeader("location", "./");
  return undefined;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function takeStep(
  name: Step,
  { steps, written }: Parts,
  { request, response }: Exchange,
): Promise<void> {
  const text = await readBody(request);
  const question = questions[name].safeParse(text === undefined ? undefined : parseJson(text));
  response.setHeader("content-type", "application/json; charset=utf-8");
  if (!question.success) return end(response, 400, JSON.stringify({ failure: "not understood" }));
  const result = await steps(name, question.data);
  // Also where the page went away meanwhile: the mapping is there.
  if (name === "write" && result.ok) response.once("close", () => written(result.value as Written));
  end(response, 200, redact(JSON.stringify(result.ok ? result.value : { failure: result.failure })));
}

type Step = keyof Setup;

const numbers = z.array(z.int()).max(10_000);
const questions = {
  look: z.strictObject({ address: z.string().max(500) }),
  login: z.strictObject({
    url: z.string().max(500),
    fingerprint: z.string().max(200),
    username: z.string().min(1).max(200),
    password: z.string().min(1).max(1000),
    isTrusted: z.boolean(),
  }),
  panels: z.strictObject({}),
  pressed: z.strictObject({}),
  write: z.strictObject({
    site: z.int(),
    rooms: numbers.min(1),
    panels: z.array(z.strictObject({ name: z.string().max(200), rooms: numbers })).max(1000),
    others: z.record(z.string().max(100), z.string().max(500)),
    keepPassword: z.boolean(),
  }),
} as const satisfies { readonly [Name in Step]: z.ZodType<Setup[Name]["question"]> };

const work: {
  readonly [Name in Step]: (
    steps: SetupSteps,
    question: Setup[Name]["question"],
  ) => Promise<Result<Setup[Name]["answer"], Sayable>>;
} = {
  look: (steps, { address }) => steps.look(address),
  login: (steps, login) => steps.login(login),
  panels: async (steps) => succeed({ ...(await steps.panels()), others: await steps.others() }),
  pressed: async (steps) => succeed({ panel: steps.pressed() ?? "" }),
  write: (steps, plan) => steps.write(plan),
};

function isStep(word: string): word is Step {
  return Object.hasOwn(work, word);
}

/** Nothing for a body that is too long, or that breaks off. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString();
}

/** No mapping says yet what the site speaks: what the browser asks for. */
function languageFor(accepted = ""): Language {
  const wanted = accepted.split(",").map((one) => one.trim().slice(0, 2).toLowerCase());
  const known = wanted.find((one) => languageTags.some((tag) => tag === one));
  return createLanguage(languageTags.find((tag) => tag === known));
}

function sendFile(response: ServerResponse, { type, bytes }: PageFile): void {
  response.setHeader("content-type", type);
  response.end(bytes);
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.end(text);
}
