/** The keys and numbers that lead from a document's root to a place in it. */
export type Path = readonly (string | number)[];

/** What is wrong with a part of a document. */
export interface Fault {
  readonly message: string;
  /** What would be right. */
  readonly hint?: string | undefined;
}

/** Something that is wrong in a document, and where. */
export interface Finding extends Fault {
  readonly path: Path;
  /** Whether the key at the path is meant, or its value, which is usual. */
  readonly at?: "key" | "value";
}
