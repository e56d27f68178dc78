/** What a service is written from, for whatever keeps it running. */
export interface ServicePlan {
  /** Node's own path. */
  readonly node: string;
  readonly main: string;
  readonly mappingFile: string;
  /** The account that it runs as. */
  readonly user: string;
  readonly instance: string;
  readonly secretsFolder: string;
  /** Names of files in that folder. */
  readonly credentials: readonly string[];
  /** Where the console is, as options of `run`. */
  readonly consoleWords: readonly string[];
}

/** A service's file, and what to do with it where the file cannot say so itself. */
export interface ServiceText {
  readonly file: string;
  readonly page?: string;
}

/**
 * For the C library (mallopt(3)): one arena for all threads; pictures and what comes from the network take 32 kB and more each,
 * and go back to the system as soon as they are freed.
 */
export const MALLOC_SETTINGS = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "32768",
  MALLOC_TRIM_THRESHOLD_: "131072",
};

/** Program and arguments. */
export function commandOf({
  node,
  main,
  mappingFile,
  instance,
  consoleWords,
}: ServicePlan): readonly string[] {
  return [node, main, "run", mappingFile, "--instance", instance, "--json", ...consoleWords];
}

/** For texts and attributes of XML. */
export function xml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
