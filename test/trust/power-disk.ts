import { basename, dirname } from "node:path";
import { type Cut, type DiskImage, type FileNode, type FolderNode, restore } from "./power-restore.ts";

/**
 * A system call that changes a disk or makes it durable. `begin` and `end` are its place among everything that was
 * seen; one during which the process was killed never ends.
 */
export type DiskCall = { readonly begin: number; readonly end: number } & (
  | { readonly kind: "open"; readonly path: string; readonly descriptor: number; readonly how: OpenHow }
  | {
      readonly kind: "write";
      readonly descriptor: number;
      /** Nothing: where the last one ended. */
      readonly offset: number | undefined;
      readonly bytes: Buffer;
    }
  | { readonly kind: "truncate"; readonly descriptor: number; readonly length: number }
  | { readonly kind: "sync"; readonly descriptor: number }
  | { readonly kind: "make-folder"; readonly path: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "unlink"; readonly path: string }
);

/** `create`: where it is missing; `empty`: that, and what is in it goes. */
export type OpenHow = "existing" | "create" | "empty";

/**
 * A disk that loses its power: what was synced stays. Of the rest any part may be there, in any order, writes torn
 * between sectors, files longer than what of them was written. Names are synced with their folder alone: POSIX
 * promises no more, though most file systems keep more.
 */
export class PowerDisk {
  readonly #root: FolderNode;
  readonly #open = new Map<number, { node: FileNode | FolderNode; position: number }>();

  constructor(image: DiskImage) {
    this.#root = newFolder();
    for (const [path, content] of [...image].sort(([one], [other]) => one.length - other.length))
      this.#folderOf(path)?.names.set(basename(path), content === "folder" ? newFolder() : newFile(content));
    settle(this.#root);
  }

  /** In the order in which they began. */
  see(call: DiskCall): void {
    switch (call.kind) {
      case "open":
        this.#seeOpen(call);
        break;
      case "write":
        this.#seeWrite(call);
        break;
      case "truncate":
        this.#fileOf(call.descriptor)?.effects.push({ ...spanOf(call), length: call.length });
        break;
      case "sync":
        this.#open.get(call.descriptor)?.node.syncs.push(spanOf(call));
        break;
      case "make-folder":
        this.#link(call.path, newFolder(), call);
        break;
      case "unlink":
        this.#unlink(call.path, call);
        break;
      case "rename":
        this.#rename(call);
    }
  }

  /** What is there when the power returns. */
  cut(cut: Cut): DiskImage {
    return restore(this.#root, cut);
  }

  #seeOpen(call: Extract<DiskCall, { kind: "open" }>): void {
    let node = this.#find(call.path);
    if (node === undefined && call.how !== "existing") {
      node = newFile(Buffer.alloc(0));
      this.#link(call.path, node, call);
    } else if (node?.kind === "file" && call.how === "empty")
      node.effects.push({ ...spanOf(call), length: 0 });
    if (node !== undefined) this.#open.set(call.descriptor, { node, position: 0 });
  }

  #seeWrite(call: Extract<DiskCall, { kind: "write" }>): void {
    const opened = this.#open.get(call.descriptor);
    if (opened?.node.kind !== "file") return;
    const { bytes, offset = opened.position } = call;
    if (call.offset === undefined) opened.position += bytes.length;
    opened.node.effects.push({ ...spanOf(call), offset, bytes });
  }

  #rename(call: Extract<DiskCall, { kind: "rename" }>): void {
    const [folder, node] = [this.#folderOf(call.from), this.#find(call.from)];
    if (folder === undefined || node === undefined || folder !== this.#folderOf(call.to))
      throw new Error(`a rename that the model does not know: ${call.from} to ${call.to}`);
    const [name, oldName] = [basename(call.to), basename(call.from)];
    folder.effects.push({ ...spanOf(call), name, node, oldName });
    folder.names.delete(oldName);
    folder.names.set(name, node);
  }

  #link(path: string, node: FileNode | FolderNode, call: DiskCall): void {
    const folder = this.#folderOf(path);
    folder?.effects.push({ ...spanOf(call), name: basename(path), node });
    folder?.names.set(basename(path), node);
  }

  #unlink(path: string, call: DiskCall): void {
    const folder = this.#folderOf(path);
    folder?.effects.push({ ...spanOf(call), name: basename(path), node: undefined });
    folder?.names.delete(basename(path));
  }

  #fileOf(descriptor: number): FileNode | undefined {
    const node = this.#open.get(descriptor)?.node;
    return node?.kind === "file" ? node : undefined;
  }

  #folderOf(path: string): FolderNode | undefined {
    const node = this.#find(dirname(path));
    return node?.kind === "folder" ? node : undefined;
  }

  #find(path: string): FileNode | FolderNode | undefined {
    let node: FileNode | FolderNode | undefined = this.#root;
    for (const name of path.split("/").filter((part) => part !== "" && part !== "."))
      node = node?.kind === "folder" ? node.names.get(name) : undefined;
    return node;
  }
}

function newFile(base: Buffer): FileNode {
  return { kind: "file", base, effects: [], syncs: [] };
}

function newFolder(): FolderNode {
  return { kind: "folder", base: new Map(), names: new Map(), effects: [], syncs: [] };
}

function settle(folder: FolderNode): void {
  folder.base = new Map(folder.names);
  for (const node of folder.names.values()) if (node.kind === "folder") settle(node);
}

function spanOf({ begin, end }: DiskCall): { readonly begin: number; readonly end: number } {
  return { begin, end };
}
