import { escapeHtml } from "../base/html.ts";
import type { Language } from "../language/language.ts";
import type { Phrase } from "../language/phrases.ts";
import { stampOf } from "./language-stamp.ts";
import { addressOf, EDITOR, type PageFiles, PROGRAM, SETUP, STARTER, STYLE } from "./page-files.ts";

/**
 * The document around the console; everything in it is drawn by its program. Like all documents here it is asked for at
 * `path` below the console's own, and names everything from there: a proxy may show the console anywhere.
 */
export function renderShell(files: PageFiles, place: Place): string {
  const { say } = place.language;
  return page(
    { ...place, files },
    `<script type="module" src="${addressOf(files, PROGRAM)}"></script>
<script type="application/json" id="words">${wordsOf(place.language)}</script>
</head>
<body>
<div id="console" data-editor="${addressOf(files, EDITOR)}"><p class="waiting" id="loading" data-too-old="${escapeHtml(say(TOO_OLD))}">${escapeHtml(say("The console is loading …"))}</p></div>
<script src="${addressOf(files, STARTER)}"></script>
<noscript><p class="waiting">${escapeHtml(say(NO_SCRIPT))}</p></noscript>`,
  );
}

/** The document around the first steps, which stand alone while there is no mapping. */
export function renderSetup(files: PageFiles, language: Language): string {
  return page(
    { path: "/", language, files },
    `<script type="module" src="${addressOf(files, SETUP)}"></script>
<script type="application/json" id="words">${wordsOf(language)}</script>
</head>
<body>
<div id="console"><p class="waiting">${escapeHtml(language.say("The console is loading …"))}</p></div>
<noscript><p class="waiting">${escapeHtml(language.say(NO_SCRIPT))}</p></noscript>`,
  );
}

/** Asks for a token; works without any script. */
export function renderLogin(problem: "" | "wrong" | "too-often", place: Place & LeadsTo): string {
  const { say } = place.language;
  const note =
    problem === "" ? "" : `<p class="problem" role="alert">${escapeHtml(say(problems[problem]))}</p>`;
  return page(
    place,
    `</head>
<body>
<main class="login">
<h1>VALT panel bridge</h1>
<form method="post" action="./login">
<input type="hidden" name="to" value="${place.to ?? "/"}">
<label for="token">${escapeHtml(say("Token for this console"))}</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
${note}
<button type="submit">${escapeHtml(say("Open the console"))}</button>
</form>
</main>`,
  );
}

/** To a tablet whose link does not hold, or no more. */
export function renderNoLink(place: Place): string {
  const { say } = place.language;
  return page(
    place,
    `</head>
<body>
<main class="login">
<h1>VALT panel bridge</h1>
<p class="problem" role="alert">${escapeHtml(say("This link does not hold any more."))}</p>
<p>${escapeHtml(say("Make a new one in the console, under Tablets."))}</p>
</main>`,
  );
}

const problems = {
  wrong: "This token is not right.",
  "too-often": "Too many attempts: wait a minute.",
} as const satisfies Readonly<Record<string, Phrase>>;

const NO_SCRIPT: Phrase = "The console needs JavaScript. valt-bridge status says the same without it.";
/** Said by the page's `starter.ts`. */
const TOO_OLD: Phrase =
  "This browser is too old for the console, or something keeps the console from loading. It needs Chrome or Edge 111, Firefox 115, Safari or iPadOS 16.4, or newer. Without a browser, valt-bridge status says the same.";

/** What the page's `words.ts` reads: what is said otherwise than in English. A text cannot end the element. */
function wordsOf(language: Language): string {
  const { tag } = language;
  const table = Object.fromEntries(
    Object.entries(language.table).filter(([phrase, text]) => text !== phrase),
  );
  return JSON.stringify({ tag, table, stamp: stampOf(language) }).replaceAll("<", "\\u003c");
}

interface Place {
  readonly path: string;
  readonly language: Language;
  /** Where the page's description as an app is, when it has one of its own. */
  readonly manifest?: string;
}

interface LeadsTo {
  /** The page that was asked for; the first one when absent. */
  readonly to?: string;
}

const MANIFEST = "./page/console.webmanifest";

function page(place: Place & { readonly files?: PageFiles }, inside: string): string {
  const { path, language, manifest = MANIFEST, files = new Map() } = place;
  const root = "../".repeat(path.split("/").length - 2) || "./";
  return `<!doctype html>
<html lang="${language.tag}">
<head>
<meta charset="utf-8">
<base href="${root}">
<title>VALT panel bridge</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="./page/icon.svg" type="image/svg+xml">
<link rel="manifest" href="${manifest}">
<link rel="stylesheet" href="${addressOf(files, STYLE)}">
${inside}
</body>
</html>
`;
}
