import { onlyServer } from "../base/identifiers.ts";
import type { Fact } from "../journal/fact.ts";
import type { Phrase } from "../language/phrases.ts";
import { told } from "../language/told.ts";
import type { Story } from "./page/protocol.ts";

/** Something that happened without a press. */
export type News = Pick<Story, "wallMs" | "kind" | "title" | "verdict"> & {
  readonly device?: string;
  readonly rooms?: readonly string[];
  /** What was told of it, as it was told. */
  readonly why?: string;
};

type SiteFact = Extract<Fact, { kind: "server" | "address" | "edit" }>;

/** What concerns no single press: servers, their addresses and the mapping. */
export function tellSite(fact: SiteFact): News {
  const { wallMs } = fact;
  switch (fact.kind) {
    case "server": {
      const { server, state, why } = fact;
      const what = told(SERVERS[state]);
      const title = server === onlyServer ? what : told("{room}: {what}", { room: server, what });
      const verdict = state === "back" ? "news" : "trouble";
      return { wallMs, kind: "server", title, verdict, ...(why === undefined ? {} : { why }) };
    }
    case "address": {
      const { address, before } = fact;
      const title = told("VALT is asked at {address} instead of {before}", { address, before });
      return { wallMs, kind: "server", title, verdict: "trouble" };
    }
    case "edit":
      return { wallMs, kind: "server", title: told(EDITS[fact.what], { by: fact.by }), verdict: "news" };
  }
}

const SERVERS: Readonly<Record<Extract<Fact, { kind: "server" }>["state"], Phrase>> = {
  lost: "the server does not answer",
  "not-asked": "the server cannot be asked",
  back: "the server answers again",
};

const EDITS: Readonly<Record<Extract<Fact, { kind: "edit" }>["what"], Phrase>> = {
  tried: "the mapping is tried by {by}",
  "taken-back": "the tried mapping was taken back by {by}",
  saved: "the mapping was saved by {by}",
};
