import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";

/** What the mapping file says of a control, as it stands there. */
export class MappingSource {
  #text: string | undefined;
  #root: Node | undefined;

  /**
   * Key and value with comments and line breaks. Nothing where the device says it on several pages, or not by itself:
   * panels may be described elsewhere in the file or in another one.
   */
  textOf(file: string, device: string, control: string): string | undefined {
    if (this.#text !== file) {
      this.#text = file;
      this.#root = parseTree(file);
    }
    const root = this.#root;
    if (root === undefined) return undefined;
    const pages = findNodeAtLocation(root, ["devices", device, "pages"]);
    const names = (pages?.children ?? []).flatMap(({ children }) => String(children?.[0]?.value));
    const places = [["controls"], ...names.map((name) => ["pages", name])];
    const found = places.flatMap(
      (place) => findNodeAtLocation(root, ["devices", device, ...place, control])?.parent ?? [],
    );
    const [only] = found;
    if (only === undefined || found.length > 1) return undefined;
    return file.slice(only.offset, only.offset + only.length);
  }
}
