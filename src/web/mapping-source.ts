import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";
import { FIRST_PAGE } from "../base/page-names.ts";

interface Wanted {
  readonly device: string;
  readonly control: string;
  readonly page?: string;
}

/** What the mapping file says of a control, as it stands there. */
export class MappingSource {
  #text: string | undefined;
  #root: Node | undefined;

  /**
   * Key and value with comments and line breaks, on one page or on the only one that has it. Nothing where several pages
   * say it and none was named, or where the device does not say it by itself: panels may be described elsewhere in the file
   * or in another one, and devices be made of ranges and tables.
   */
  textOf(file: string, { device, control, page }: Wanted): string | undefined {
    if (this.#text !== file) {
      this.#text = file;
      this.#root = parseTree(file);
    }
    const at = this.#root && placeOf(this.#root, device);
    if (at === undefined) return undefined;
    const pages = page === undefined ? namesIn(at, "pages") : [page].filter((one) => one !== FIRST_PAGE);
    const isOnFirst = page === undefined || page === FIRST_PAGE;
    const places = [...(isOnFirst ? [["controls"]] : []), ...pages.map((name) => ["pages", name])];
    const found = places.flatMap((place) => findNodeAtLocation(at, [...place, control])?.parent ?? []);
    const [only] = found;
    if (only === undefined || found.length > 1) return undefined;
    return withoutIndent(file.slice(only.offset, only.offset + only.length));
  }
}

/** Lines below the first one stand as deep as they do in the file: as deep as the last one is taken from all of them. */
function withoutIndent(text: string): string {
  const lines = text.split("\n");
  const [indent = ""] = /^[ \t]*/.exec(lines.at(-1) ?? "") ?? [];
  return lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)).join("\n");
}

/** A device stands among the devices, or in its room: there `desk` is the device `exam-1-desk`. */
function placeOf(root: Node, device: string): Node | undefined {
  const own = findNodeAtLocation(root, ["devices", device]);
  if (own !== undefined) return own;
  const inRooms = namesIn(root, "rooms").flatMap((room) =>
    device.startsWith(`${room}-`)
      ? (findNodeAtLocation(root, ["rooms", room, "devices", device.slice(room.length + 1)]) ?? [])
      : [],
  );
  return inRooms.length === 1 ? inRooms[0] : undefined;
}

function namesIn(node: Node, key: string): readonly string[] {
  const children = findNodeAtLocation(node, [key])?.children ?? [];
  return children.map((entry) => String(entry.children?.[0]?.value));
}
