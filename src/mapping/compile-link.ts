import { findAddressFault } from "../base/address-list.ts";
import { findWideness, readAddressRange } from "../base/address-range.ts";
import { type LinkStyle, lineDialects } from "../driver/link.ts";
import type { ActionDocument } from "./action-schema.ts";
import { type ActionPlace, compileActions } from "./compile-action.ts";
import type { CommandMapping, LinkMapping, MappingVocabulary, PushMapping } from "./mapping.ts";
import { type Pattern, parsePattern, sameShape } from "./pattern.ts";
import { findUnknownPlaceholders } from "./placeholder.ts";

/** The link part of a device, as its schema in `schema.ts` lets it through. */
export interface LinkDocument {
  readonly commands?: Readonly<
    Record<string, ActionDocument | { readonly on?: ActionDocument; readonly off?: ActionDocument }>
  >;
  readonly pushes?: Readonly<Record<string, string | readonly string[]>>;
  readonly builtIn?: "on" | "off";
  readonly hello?: "on" | "off";
  readonly secondPause?: "stays" | "resumes";
  readonly timeLeft?: "drive" | "two-drives" | "time";
  readonly whenUnknown?: "error" | "stopped";
  readonly freeKilobytes?: number;
  readonly allow?: readonly string[];
  readonly passcodeFrom?: string;
  readonly limit?: { readonly perSecond: number; readonly burst: number };
}

/** How a device talks, as its driver's settings have it once they are complete. */
export interface LinkWay {
  readonly style: Exclude<LinkStyle, "none">;
  readonly dialect: unknown;
}

export interface LinkPlace extends Omit<ActionPlace, "captures" | "pageNames"> {
  readonly world: MappingVocabulary;
  readonly way: LinkWay;
}

const DEFAULT_LIMIT = { perSecond: 20, burst: 40 };

export function compileLink(document: LinkDocument, place: LinkPlace): LinkMapping {
  const dialect = dialectOf(place.way);
  checkOnlyRoom(dialect, place);
  return {
    dialect,
    lines: {
      hello: document.hello ?? "on",
      secondPause: document.secondPause ?? "stays",
      timeLeft: document.timeLeft ?? "drive",
      whenUnknown: document.whenUnknown ?? "error",
      freeKilobytes: document.freeKilobytes ?? 0,
    },
    commands: compileCommands(document, place),
    pushes: compilePushes(document, place),
    builtIn: dialect === "none" ? "off" : (document.builtIn ?? "on"),
    allow: checkAllowed(document, place),
    passcodeFrom: document.passcodeFrom,
    limit: document.limit ?? DEFAULT_LIMIT,
  };
}

function dialectOf({ style, dialect }: LinkWay): LinkMapping["dialect"] {
  if (style === "addresses") return "addresses";
  return lineDialects.find((one) => one === dialect) ?? "native";
}

/** Protocols of recorders know one recorder, and so one room. */
function checkOnlyRoom(dialect: LinkMapping["dialect"], { room, path, report }: LinkPlace): void {
  if (room !== undefined || (dialect !== "smp" && dialect !== "panopto")) return;
  const message = `the dialect "${dialect}" speaks of one recorder and needs to know its room`;
  report({ severity: "error", path, at: "key", message, hint: 'add "room" to the device' });
}

function compileCommands({ commands = {} }: LinkDocument, place: LinkPlace): readonly CommandMapping[] {
  const compiled: CommandMapping[] = [];
  for (const [source, document] of Object.entries(commands)) {
    const path = [...place.path, "commands", source];
    const pattern = parsePattern(source);
    if (typeof pattern === "string") {
      place.report({ severity: "error", path, at: "key", message: pattern });
      continue;
    }
    const rival = compiled.find((other) => sameShape(other.pattern, pattern));
    if (rival !== undefined) {
      const message = `this pattern and "${rival.pattern.source}" fit the same messages`;
      place.report({ severity: "error", path, at: "key", message, hint: "keep one of them" });
    }
    compiled.push({
      pattern,
      ...compileEdges(document, { ...place, path, captures: capturesOf(pattern), pageNames: [] }),
    });
  }
  return compiled;
}

function capturesOf(pattern: Pattern): readonly string[] {
  return pattern.words.length === 0 ? [...pattern.captures, "value"] : pattern.captures;
}

function compileEdges(
  document: NonNullable<LinkDocument["commands"]>[string],
  place: ActionPlace,
): Pick<CommandMapping, "on" | "off"> {
  if (typeof document === "object" && ("on" in document || "off" in document)) {
    const at = (edge: string) => ({ ...place, path: [...place.path, edge] });
    return { on: compileActions(document.on, at("on")), off: compileActions(document.off, at("off")) };
  }
  return { on: compileActions(document as ActionDocument, place), off: [] };
}

function checkAllowed({ allow = [] }: LinkDocument, { path, report }: LinkPlace): readonly string[] {
  for (const [index, entry] of allow.entries()) {
    const at = { path: [...path, "allow", index], at: "value" } as const;
    const range = readAddressRange(entry);
    if (range === undefined) {
      report({ ...at, severity: "error", message: findAddressFault(entry) ?? "" });
      continue;
    }
    const meaning = findWideness(range);
    if (meaning === undefined) continue;
    const message = `"${entry}" lets in ${meaning}`;
    report({ ...at, severity: "warning", message, hint: "name the addresses that need it" });
  }
  return allow;
}

/** `{recording}` of `{recording:0}`: what is told while it is not known. */
function withoutFallbacks(text: string): string {
  return text.replace(/\{([A-Za-z][A-Za-z0-9-]*):[^{}]*\}/g, "{$1}");
}

function compilePushes({ pushes = {} }: LinkDocument, place: LinkPlace): readonly PushMapping[] {
  return Object.entries(pushes).map(([text, given]) => {
    const values = typeof given === "string" ? [given] : given;
    const path = [...place.path, "pushes", text];
    for (const one of [text, ...values]) {
      for (const finding of findUnknownPlaceholders(
        withoutFallbacks(one),
        place.world.pushPlaceholders,
        path,
      ))
        place.report(finding);
    }
    return { text, values };
  });
}
