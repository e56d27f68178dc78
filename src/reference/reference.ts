import { posix } from "node:path";
import { Marked } from "marked";
import { escapeHtml } from "../base/html.ts";
import type { MappingVocabulary } from "../mapping/mapping.ts";
import { iconsPage } from "./icons-page.ts";
import { mappingPage } from "./mapping-page.ts";
import { code, codeBlock, type ReferencePage, renderPages, withScrollableTables } from "./page.ts";
import { panelsPage } from "./panels-page.ts";
import type { Schema } from "./schema.ts";
import { wordsPage } from "./words-page.ts";

interface ReferenceSource {
  /** JSON schema of mapping files. */
  readonly schema: Schema;
  readonly vocabulary: MappingVocabulary;
  /** SVG of the icons that a control can name. */
  readonly icons: ReadonlyMap<string, string>;
  /** Complete mappings by their file names, and the files that they name. */
  readonly examples: ReadonlyMap<string, Example>;
  readonly documents: Documents;
  /** A picture by its path in the repository, as an address that needs no other file; nothing where there is none. */
  picture(path: string): string | undefined;
}

/** Markdown by its page's name; the first heading is the title. */
type Documents = ReadonlyMap<string, { readonly path: string; readonly text: string }>;

/** The files of the reference by their names: HTML that needs no server and no network. */
export function buildReference({
  schema,
  vocabulary,
  icons,
  examples,
  documents,
  picture,
}: ReferenceSource): ReadonlyMap<string, string> {
  const pages = [...documents.keys()].map((name) => documentPage(name, { documents, picture }));
  const isFirst = ({ name }: ReferencePage) => name === "index" || name === "recipes";
  return renderPages([
    ...pages.filter(isFirst),
    mappingPage(schema),
    wordsPage(vocabulary),
    panelsPage(vocabulary.kinds),
    iconsPage(icons),
    examplesPage(examples),
    ...pages.filter((page) => !isFirst(page)),
  ]);
}

/** A complete mapping, with the files beside it by their paths from there. */
interface Example {
  readonly text: string;
  readonly beside: ReadonlyMap<string, string>;
}

const MOST_LINES = 30;

function examplesPage(examples: ReadonlyMap<string, Example>): ReferencePage {
  const parts = [...examples].flatMap(([name, { text, beside }]) => [
    `<h2 id="${escapeHtml(name)}">${code(name)}</h2>${codeBlock(text)}`,
    ...[...beside].map(([path, lines]) => `<h3>${code(path)}</h3>${codeBlock(shorten(lines))}`),
  ]);
  const intro =
    "<p>Each is complete, and read by the tests. Change the address, the rooms and the devices.</p>";
  return { name: "examples", title: "Examples", body: `${intro}\n${parts.join("\n")}` };
}

function shorten(text: string): string {
  const lines = text.trimEnd().split("\n");
  if (lines.length <= MOST_LINES) return text;
  return `${lines.slice(0, MOST_LINES).join("\n")}\n… and ${lines.length - MOST_LINES} more lines`;
}

/** Without what is of use to whoever has the repository: what is marked so, and where its parts are. */
function forReaders(text: string): string {
  const [first = "", ...marked] = text.split("<!-- repository -->");
  const others = marked.map((one) => one.slice(one.indexOf(END) + END.length));
  const parts = [first, ...others].join("").split(/^(?=## )/m);
  return parts
    .filter((part) => !OF_THE_REPOSITORY.some((title) => part.startsWith(`## ${title}\n`)))
    .join("");
}

const OF_THE_REPOSITORY = ["Where things are", "Scorecard", "How it is built", "Waiting"];

const END = "<!-- end -->";

/** As a repository's pages name their headings. */
function slugOf(words: string): string {
  return words
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, "")
    .replaceAll(/\s/g, "-");
}

type Shown = Pick<ReferenceSource, "documents" | "picture">;

/** Links between documents that are pages here lead to those; others are left as text. */
function documentPage(name: string, { documents, picture }: Shown): ReferencePage {
  const { path = "", text = "" } = documents.get(name) ?? {};
  const pathOf = (href: string) => posix.join(posix.dirname(path), href);
  const [, title = name] = /^# (.{1,200})$/m.exec(text) ?? [];
  const marked = new Marked({
    gfm: true,
    renderer: {
      html: ({ text: html }) => escapeHtml(html),
      // The drawing that this describes is nowhere drawn here.
      code: ({ text: lines, lang }) => (lang === "mermaid" ? "" : codeBlock(lines)),
      image({ href, text: shown }) {
        const address = picture(pathOf(href));
        return address === undefined ? "" : `<img src="${address}" alt="${escapeHtml(shown)}">`;
      },
      heading({ tokens, depth, text: words }) {
        return `<h${depth} id="${slugOf(words)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const shown = this.parser.parseInline(tokens);
        if (/^(?:https?:|#)/.test(href)) return `<a href="${escapeHtml(href)}">${shown}</a>`;
        const page = pageFor(pathOf(href), documents);
        return page === undefined ? shown : `<a href="${page}">${shown}</a>`;
      },
    },
  });
  const body = marked.parse(forReaders(text).replace(/^# .{1,200}$/m, ""), { async: false });
  return { name, title, body: withScrollableTables(body) };
}

/** Documents that are no page here, and the page that is made of the same data. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "devices/usb-hid/profiles/README.md": "panels.html",
  "mappings/mapping.schema.json": "mapping.html",
  "src/reference/panels-page.ts": "panels.html",
  "src/reference/words-page.ts": "words.html",
};

/** The page of a file of the repository. */
function pageFor(href: string, documents: Documents): string | undefined {
  const [path = "", anchor] = href.split("#");
  const folder = `${path.replace(/\/$/, "")}/README.md`;
  const [name] = [...documents].find(([, one]) => one.path === path || one.path === folder) ?? [];
  const page = name === undefined ? (ELSEWHERE[path] ?? ELSEWHERE[folder]) : `${name}.html`;
  return page === undefined || anchor === undefined ? page : `${page}#${anchor}`;
}
