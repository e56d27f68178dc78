import { findAddressFault } from "../base/address-list.ts";
import { findWideness, readAddressRange } from "../base/address-range.ts";
import type { DeviceKind } from "../driver/contract.ts";
import type { Dialect, Push } from "../link/dialect.ts";
import type { ActionDocument } from "./action-schema.ts";
import { type ActionPlace, compileActions } from "./compile-action.ts";
import type { CommandMapping, LinkMapping, MappingVocabulary } from "./mapping.ts";
import { type Pattern, parsePattern, shapeOf } from "./pattern.ts";
import { findUnknownPlaceholders, withoutFallbacks } from "./placeholder.ts";

/** The link part of a device, as its schema in `schema.ts` lets it through. */
export interface LinkDocument {
  readonly commands?: Readonly<
    Record<string, ActionDocument | { readonly on?: ActionDocument; readonly off?: ActionDocument }>
  >;
  readonly pushes?: Readonly<Record<string, string | readonly string[]>>;
  readonly allow?: readonly string[];
  readonly passcodeFrom?: string;
  readonly limit?: { readonly perSecond: number; readonly burst: number };
}

interface LinkPlace extends Omit<ActionPlace, "captures" | "pageNames"> {
  readonly world: MappingVocabulary;
  readonly dialect: Dialect;
}

const DEFAULT_LIMIT = { perSecond: 20, burst: 40 };

/** The link of a device, as the bridge runs on it. */
export function compileLink(document: LinkDocument, place: LinkPlace): LinkMapping {
  const { dialect } = place;
  checkOnlyRoom(place);
  const settings = dialect.settingsSchema.parse(document);
  const isBuiltIn = dialect.commands === "own" && settings.builtIn !== "off";
  return {
    dialect,
    settings,
    commands: compileCommands(document, place),
    pushes: compilePushes(document, place),
    builtIn: isBuiltIn ? "on" : "off",
    allow: checkAllowed(document, place),
    passcodeFrom: document.passcodeFrom,
    limit: document.limit ?? DEFAULT_LIMIT,
  };
}

/** The dialect of a device with a link: the one that its settings name, else the first that it may speak. */
export function findDialect(
  { dialects }: MappingVocabulary,
  { linkStyle }: DeviceKind,
  named: unknown,
): Dialect | undefined {
  const spoken = dialects.filter(({ style }) => style === linkStyle);
  return spoken.find(({ name }) => name === named) ?? spoken[0];
}

function checkOnlyRoom({ dialect, room, path, report }: LinkPlace): void {
  if (room !== undefined || !dialect.needsRoom) return;
  const message = `the dialect "${dialect.name}" speaks of one recorder and needs to know its room`;
  report({ severity: "error", path, at: "key", message, hint: 'add "room" to the device' });
}

function compileCommands({ commands = {} }: LinkDocument, place: LinkPlace): readonly CommandMapping[] {
  const compiled: CommandMapping[] = [];
  const byShape = new Map<string, Pattern>();
  for (const [source, document] of Object.entries(commands)) {
    const path = [...place.path, "commands", source];
    const pattern = parsePattern(source);
    if (typeof pattern === "string") {
      place.report({ severity: "error", path, at: "key", message: pattern });
      continue;
    }
    const shape = shapeOf(pattern);
    const rival = byShape.get(shape);
    byShape.set(shape, rival ?? pattern);
    if (rival !== undefined) {
      const message = `this pattern and "${rival.source}" fit the same messages`;
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

function compilePushes({ pushes = {} }: LinkDocument, place: LinkPlace): readonly Push[] {
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
