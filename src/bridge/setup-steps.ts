import type { Clock } from "../base/clock.ts";
import type { Result } from "../base/result.ts";
import type { Sayable } from "../language/told.ts";
import type { ConsoleSettings } from "./console-source.ts";

/** What is seen of a server before anybody logs in. */
export interface SeenServer {
  /** As a mapping has it. */
  readonly url: string;
  /** `in-the-clear`: everybody on the network reads the password. `untrusted`: the fingerprint must be compared. */
  readonly trust: "trusted" | "untrusted" | "in-the-clear" | "this-machine";
  /** SHA-256 of its certificate; empty without one. */
  readonly fingerprint: string;
  /** Why the certificate is not trusted; empty when it is. */
  readonly objection: string;
}

/** An account, at the server that a person has seen on the page. */
export interface SetupLogin {
  readonly url: string;
  readonly fingerprint: string;
  /** The fingerprint was compared, or the lack of encryption is meant. */
  readonly isTrusted: boolean;
  readonly username: string;
  readonly password: string;
}

/** A room of the server, before it has a word in a mapping. */
interface OfferedRoom {
  readonly id: number;
  readonly name: string;
}

/** What is found on a server by an account; the version is empty where the account may not ask for it. */
interface FoundSite {
  /** Names this login: a mapping is written for the rooms that it listed. */
  readonly site: number;
  readonly version: string;
  readonly rooms: readonly OfferedRoom[];
}

/** A device that is not attached, and that a mapping may have all the same. */
interface OfferedDevice {
  readonly kind: string;
  readonly question: string;
  /** `y` or `n` where the question is whether there should be one. */
  readonly usual: string;
}

/** What was chosen. */
export interface SetupPlan {
  readonly site: number;
  /** By the server's number. */
  readonly rooms: readonly number[];
  /** Attached panels by their names, and the rooms that each serves. */
  readonly panels: readonly { readonly name: string; readonly rooms: readonly number[] }[];
  /** Answers by the kind of device. */
  readonly others: Readonly<Record<string, string>>;
  readonly keepPassword: boolean;
}

/** A mapping that was written. */
export interface Written {
  readonly file: string;
  readonly text: string;
  /** Commands for whoever goes on without this page, such as for the service. */
  readonly next: readonly string[];
}

/** The steps from nothing to a mapping; each fails with a sentence. Asked one after the other, by one person. */
export interface SetupSteps {
  look(address: string): Promise<Result<SeenServer, Sayable>>;
  /** Logs in at the server that was looked at last, if it is the one that the person saw. */
  login(login: SetupLogin): Promise<Result<FoundSite, Sayable>>;
  /** Opens all panels that are attached: their names, and a sentence about each that cannot be opened. */
  panels(): Promise<{ readonly panels: readonly string[]; readonly missing: readonly string[] }>;
  others(): Promise<readonly OfferedDevice[]>;
  /** The panel on which a key was pressed since it was asked last; nothing while there was none. */
  pressed(): string | undefined;
  write(plan: SetupPlan): Promise<Result<Written, Sayable>>;
}

/** What the page of the first steps needs. */
export interface WantedSetup {
  /** Without tokens: only who has the link comes in. */
  readonly settings: ConsoleSettings;
  readonly steps: SetupSteps;
  readonly clock: Clock;
  /** Each link is good for one browser; when it was used and is asked for again, there is a new one. */
  tellLink(link: string): void;
}

/** The page, while it is served. */
export interface ServedSetup {
  readonly port: number;
  /** When the mapping is written. */
  readonly written: Promise<Written>;
  close(): Promise<void>;
}
