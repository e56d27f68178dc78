import { escapeHtml } from "../base/html.ts";
/** A page of the reference, before it is a file. */
export interface ReferencePage {
  /** Without folder and `.html`. */
  readonly name: string;
  readonly title: string;
  /** HTML. */
  readonly body: string;
}

/** The pages as files of one folder: every link between them is relative, so that they work from a disk, too. */
export function renderPages(pages: readonly ReferencePage[]): ReadonlyMap<string, string> {
  const files = pages.map((page) => [`${page.name}.html`, renderPage(page, pages)] as const);
  return new Map([...files, ["style.css", STYLE]]);
}

function renderPage({ name, title, body }: ReferencePage, pages: readonly ReferencePage[]): string {
  const links = pages.map((page) => {
    const current = page.name === name ? ' aria-current="page"' : "";
    return `<li><a href="${page.name}.html"${current}>${escapeHtml(page.title)}</a></li>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} - VALT panel bridge</title>
<link rel="stylesheet" href="style.css">
<nav aria-label="Pages"><ul>${links.join("")}</ul></nav>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</html>
`;
}

export function code(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}

export function codeBlock(text: string): string {
  return `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>`;
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  const head = heads.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join("");
  return scrollable(
    `<table><thead><tr>${head}</tr></thead><tbody>${rows.map(row).join("\n")}</tbody></table>`,
  );
}

/** A table that is wider than the page scrolls by itself, by keyboard too. */
function scrollable(wide: string): string {
  return `${SCROLL}${wide}</div>`;
}

/** The same for each table of a text. A corner without words heads nothing. */
export function withScrollableTables(html: string): string {
  return html
    .replaceAll("<table>", `${SCROLL}<table>`)
    .replaceAll("</table>", "</table></div>")
    .replaceAll("<th></th>", "<td></td>");
}

const SCROLL = '<div class="table" tabindex="0">';

const STYLE = `:root { color-scheme: light dark; --line: light-dark(#d0d4da, #3a4048); --soft: light-dark(#f3f5f7, #1d2126);
  --text: light-dark(#1b1f24, #e6e9ed); --link: light-dark(#0b57b0, #8ab8ff); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: light-dark(#fff, #14171a);
  display: grid; grid-template-columns: 15rem minmax(0, 1fr); }
nav { padding: 1.5rem 1rem; border-right: 1px solid var(--line); min-height: 100vh; }
nav ul { list-style: none; margin: 0; padding: 0; position: sticky; top: 1.5rem; }
nav a { display: block; padding: .3rem .6rem; border-radius: .4rem; text-decoration: none; }
nav a[aria-current] { background: var(--soft); font-weight: 600; }
a { color: var(--link); }
main { padding: 1.5rem 2rem 4rem; max-width: 68rem; min-width: 0; overflow-wrap: break-word; }
img { max-width: 100%; border-radius: .5rem; }
h1 { margin-top: 0; } h2 { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: 1rem; }
code { font: .9em ui-monospace, monospace; background: var(--soft); padding: .1em .3em; border-radius: .25em; overflow-wrap: anywhere; }
pre { background: var(--soft); padding: 1rem; border-radius: .5rem; overflow: auto; } pre code { padding: 0; background: none; overflow-wrap: normal; }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .45rem .6rem; border-bottom: 1px solid var(--line); }
.icons { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: .5rem; padding: 0; list-style: none; }
.icons li { display: flex; align-items: center; gap: .6rem; } .icons svg { width: 2rem; height: 2rem; display: block; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem; padding: 0; list-style: none; }
.panels li { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; min-width: 0; }
.panels h3 { margin: 0 0 .5rem; font-size: 1rem; } .panels svg { width: 100%; height: 8rem; } .panels pre { font-size: .8rem; white-space: pre-wrap; }
.panels svg * { fill: var(--soft); stroke: var(--text); stroke-width: .04; } .panels svg .lamp { fill: light-dark(#f0b23e, #f2cf5b); }
@media (max-width: 48rem) { body { display: block; } nav { min-height: 0; border-right: 0; border-bottom: 1px solid var(--line); }
  nav ul { position: static; display: flex; flex-wrap: wrap; } main { padding: 1rem; } }
`;
