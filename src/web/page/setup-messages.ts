/** What the page of the first steps asks over HTTP, below `./setup/`, and what it is answered; a failure is a sentence. */
export interface Setup {
  readonly look: {
    readonly question: { readonly address: string };
    readonly answer: {
      readonly url: string;
      readonly trust: "trusted" | "untrusted" | "in-the-clear" | "this-machine";
      readonly fingerprint: string;
      readonly objection: string;
    };
  };
  readonly login: {
    /** The server is the one that the page has shown. */
    readonly question: {
      readonly url: string;
      readonly fingerprint: string;
      readonly isTrusted: boolean;
      readonly username: string;
      readonly password: string;
    };
    readonly answer: {
      readonly site: number;
      readonly version: string;
      readonly rooms: readonly { readonly id: number; readonly name: string }[];
    };
  };
  readonly panels: {
    readonly question: Record<never, never>;
    readonly answer: {
      readonly panels: readonly string[];
      /** A sentence about each that cannot be opened. */
      readonly missing: readonly string[];
      readonly others: readonly {
        readonly kind: string;
        readonly question: string;
        readonly usual: string;
      }[];
    };
  };
  /** The panel on which a key was pressed since the last time; empty while there was none. */
  readonly pressed: {
    readonly question: Record<never, never>;
    readonly answer: { readonly panel: string };
  };
  readonly write: {
    readonly question: {
      readonly site: number;
      readonly rooms: number[];
      readonly panels: { readonly name: string; readonly rooms: number[] }[];
      readonly others: Record<string, string>;
      readonly keepPassword: boolean;
    };
    readonly answer: { readonly file: string; readonly text: string; readonly next: readonly string[] };
  };
}
