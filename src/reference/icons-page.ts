import { escapeHtml } from "../base/html.ts";
import { code, codeBlock, type ReferencePage } from "./page.ts";

/** Every icon that a control can name, with its picture as SVG. */
export function iconsPage(icons: ReadonlyMap<string, string>): ReferencePage {
  const items = [...icons].map(
    ([name, svg]) => `<li id="${escapeHtml(name)}"><span aria-hidden="true">${svg}</span> ${code(name)}</li>`,
  );
  const examples = [
    '"key-3": { "press": { "mark": "Question" }, "look": "mark", "icon": "help" }',
    '"key-5": { "tap": { "page": "first" }, "icon": "home", "text": "Home" }',
    '"key-1": { "tap": "start", "hold": "stop", "look": "tally", "picture": "mother.svg" }',
  ];
  const body = `<p>A control with a display shows an icon by its name, or a picture of your own from a file beside the mapping. The
colour, the words and the time of its look stay; on a tally its own symbol, too. Without a look the key shows its icon alone.</p>
${codeBlock(examples.join("\n"))}
<ul class="icons">
${items.join("\n")}
</ul>
<h2 id="pictures">Pictures of your own</h2>
<p>PNG or SVG, by what is in the file. A path counts from the mapping's folder and stays in it; words in braces are filled in, such as
${code('"picture": "{room}.svg"')}. At most 512 KiB a file, 1024 pixels on a side, 200 pictures and 8 MiB for a mapping. A picture that is
black on a clear ground takes the colour of its key; one that could hardly be seen gets a tile behind it. A file that is edited is
taken over by the running bridge.</p>
<p>An SVG may have shapes, groups, uses, gradients and clips. One with a script, another picture, anything outside of it, a style
sheet, letters or effects is refused, and ${code("check")} says why.</p>`;
  return { name: "icons", title: "Icons and pictures", body };
}
