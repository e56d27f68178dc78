import { IMPORTS, type PageFiles } from "./page-files.ts";

/** The one inline element of the page; its hash stands in the content security policy. */
export const IMPORT_MAP = JSON.stringify({ imports: IMPORTS });

/** The document around the console; everything in it is drawn by its modules. */
export function renderShell({ modules }: PageFiles): string {
  const ahead = [...Object.values(IMPORTS), ...modules].map(
    (path) => `<link rel="modulepreload" href="${path}">`,
  );
  // Browsers resolve what is loaded ahead with the map as it is then: it must come first.
  return page(`<script type="importmap">${IMPORT_MAP}</script>
${ahead.join("\n")}
<script type="module" src="/page/main.js"></script>
</head>
<body>
<div id="console"><p class="waiting">The console is loading …</p></div>
<noscript><p class="waiting">The console needs JavaScript. valt-bridge status says the same without it.</p></noscript>`);
}

/** Asks for a token; works without any script. */
export function renderLogin(problem: "" | "wrong" | "too-often"): string {
  const texts = {
    "": "",
    wrong: "This token is not right.",
    "too-often": "Too many attempts: wait a minute.",
  };
  const note = texts[problem] === "" ? "" : `<p class="problem" role="alert">${texts[problem]}</p>`;
  return page(`</head>
<body>
<main class="login">
<h1>VALT panel bridge</h1>
<form method="post" action="/login">
<label for="token">Token for this console</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
${note}
<button type="submit">Open the console</button>
</form>
</main>`);
}

function page(inside: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>VALT panel bridge</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/page/icon.svg" type="image/svg+xml">
<link rel="manifest" href="/page/console.webmanifest">
<link rel="stylesheet" href="/page/style.css">
${inside}
</body>
</html>
`;
}
