import { type RoomName, roomName, valtRoomId } from "../base/identifiers.ts";
import { memoize } from "../base/memory.ts";
import { placeholdersIn } from "../base/placeholders.ts";
import { isInTheClear, readServerAddress } from "../base/server-address.ts";
import { hintFor } from "../base/suggest.ts";
import type { LookTable } from "../feedback/look.ts";
import { createLanguage, type Language, type LanguageTag, languageTags } from "../language/language.ts";
import { phrases } from "../language/phrases.ts";
import { checkLetters, fontFileOf } from "./check-letters.ts";
import { checkRoomNames } from "./check-room-names.ts";
import { checkWhole } from "./check-whole.ts";
import { type Compilation, compileDevice } from "./compile-device.ts";
import { compileLookTable } from "./compile-look.ts";
import { fingerprintWith } from "./fingerprint.ts";
import type { DeviceMapping, Mapping, RoomMapping, UnfoundRoom } from "./mapping.ts";
import { findUnknownPlaceholders } from "./placeholder.ts";
import { translateLooks } from "./spoken-looks.ts";

/** Resolves every name and default; what does not add up is reported. */
export function compileMapping(compilation: Compilation): Mapping {
  const { document, fingerprint, search, symbols, world } = compilation;
  const languageOf = compileLanguages(compilation);
  const language = languageOf(document.language ?? "en");
  const looks = compileLooks(compilation, language);
  const rooms = compileRooms(compilation);
  const unfound = compileUnfound(compilation);
  const known = new Set([...Object.keys(document.rooms).map(roomName), ...unfound.keys()]);
  const place = { ...compilation, looks, languageOf, roomNames: [...known] };
  const fingerprintOf = fingerprintWith(document);
  const devices = Object.entries(document.devices).map(([name, given]): DeviceMapping => {
    const device = compileDevice(name, given, place);
    return { ...device, fingerprint: fingerprintOf(device) };
  });
  const mapping: Mapping = {
    fingerprint,
    server: compileServer(compilation),
    rooms,
    unfound,
    search,
    devices: new Map(devices.map((device) => [device.id, device])),
    language,
    colors: document.colors ?? "red-is-recording",
    font: fontFileOf(document.font, world),
    symbols: symbols.sources,
    timing: {
      activePollMs: 2000,
      idlePollMs: 2000,
      requestsPerSecond: 20,
      freshMs: 6000,
      statusTrailsMs: 5000,
      pressDeadlineMs: 2000,
      toggleRepeatMs: 500,
      ...defined(document.timing ?? {}),
    },
    journal: { keepDays: 365, keepMegabytes: 2048, ...defined(document.journal ?? {}) },
    alarms: {
      stoppedElsewhere: "ours",
      webhookFrom: undefined,
      certificateDays: 21,
      diskFreePercent: 5,
      clockSeconds: 10,
      ...defined(document.alarms ?? {}),
    },
  };
  checkWhole(mapping, compilation);
  checkLetters(mapping, compilation);
  return mapping;
}

/** The site's phrases are of its language: panels in another one say what the bridge says. */
function compileLanguages(compilation: Compilation): (tag: LanguageTag) => Language {
  const own = checkWords(compilation);
  const { language = "en" } = compilation.document;
  const make = (tag: string) => createLanguage(tag as LanguageTag, tag === language ? own : {});
  return memoize(make, languageTags.length);
}

/** Phrases that the mapping says otherwise; what their braces name is filled in by the bridge. */
function checkWords({ document, report }: Compilation): Readonly<Record<string, string>> {
  const known: readonly string[] = phrases;
  for (const [phrase, own] of Object.entries(document.words ?? {})) {
    const path = ["words", phrase];
    if (!known.includes(phrase)) {
      const message = `"${phrase}" is no phrase of the bridge`;
      report({ severity: "error", path, at: "key", message, hint: hintFor(phrase, known) });
      continue;
    }
    for (const finding of findUnknownPlaceholders(own, placeholdersIn(phrase), path)) report(finding);
  }
  return document.words ?? {};
}

/** User info, or a token that somebody pasted. */
const CREDENTIALS_IN_URL = /^(?:[a-z]+:\/\/)?[^/?#]*@|[?&]access_token=/i;

function compileServer({ document, world, report }: Compilation): Mapping["server"] {
  const {
    url,
    username,
    passwordFrom = "VALT_PASSWORD",
    tls = "system",
    deadlineMs = 5000,
    pinDigits = 4,
  } = document.server;
  const server = { url, username, passwordFrom, tls, deadlineMs, pinDigits };
  const fault = world.findServerFault(server);
  if (fault !== undefined) report({ severity: "error", path: ["server"], at: "value", message: fault });
  if (CREDENTIALS_IN_URL.test(url)) {
    const hint = `the account is "username", its password comes from ${passwordFrom}`;
    const message = "the address carries credentials, which anybody who may read this file sees";
    report({ severity: "warning", path: ["server", "url"], at: "value", message, hint });
  }
  const address = readServerAddress(url);
  if (tls === "none" && address !== undefined && isInTheClear(address)) {
    const hint = 'use https:// if the server has it, at least with "tls": { "fingerprint": ... }';
    const message = "the account's password travels in clear text, for everybody on the network to read";
    report({ severity: "warning", path: ["server", "tls"], at: "value", message, hint });
  }
  return server;
}

/** The looks of the bridge speak the site's language; texts of the mapping stay as they are. */
function compileLooks(
  { document, world, symbols, report }: Compilation,
  language: Language,
): Readonly<Record<string, LookTable>> {
  const english = world.lookPresets[document.colors ?? "red-is-recording"];
  const presets = Object.fromEntries(
    Object.entries(english).map(([name, table]) => [name, translateLooks(table, language)]),
  );
  const own = Object.entries(document.looks ?? {}).map(([name, table]) => [
    name,
    compileLookTable(table as Record<string, never>, { path: ["looks", name], world, symbols, report }),
  ]);
  return { ...presets, ...Object.fromEntries(own) };
}

function compileRooms({ document, world, report }: Compilation): ReadonlyMap<RoomName, RoomMapping> {
  const rooms = new Map<RoomName, RoomMapping>();
  const usual = document.recordingName ?? world.defaultRecordingName;
  for (const finding of findUnknownPlaceholders(usual, world.namePlaceholders, ["recordingName"]))
    report(finding);
  for (const [name, given] of Object.entries(document.rooms)) {
    const room: Exclude<typeof given, number> = typeof given === "number" ? { id: given } : given;
    const path = ["rooms", name];
    const recordingName = room.recordingName ?? usual;
    if (room.recordingName !== undefined) {
      const found = findUnknownPlaceholders(recordingName, world.namePlaceholders, [
        ...path,
        "recordingName",
      ]);
      for (const finding of found) report(finding);
    }
    const { id } = room;
    if (id === undefined) continue;
    const twin = [...rooms.values()].find((other) => other.id === id);
    if (twin !== undefined) {
      const message = `room id ${id} is "${twin.name}" already`;
      report({ severity: "error", path, at: "value", message, hint: "each room has an id of its own" });
    }
    const { author, template, serverName, label = name } = room;
    rooms.set(roomName(name), {
      name: roomName(name),
      id: valtRoomId(id),
      label,
      serverName,
      recordingName,
      author,
      template,
    });
  }
  checkRoomNames(rooms.values(), { report });
  return rooms;
}

/** Rooms without an id, and names that two rooms of the server's list would have. */
function compileUnfound({ document, search, report }: Compilation): Mapping["unfound"] {
  const unfound = new Map<RoomName, UnfoundRoom>();
  for (const [key, why] of search?.unfound ?? [])
    unfound.set(roomName(key), { name: roomName(key), label: key, serverName: undefined, why });
  const wanted = new Map<string, { readonly key: string; readonly hasId: boolean }>();
  for (const [key, given] of Object.entries(document.rooms)) {
    if (typeof given === "number" || given.serverName === undefined) continue;
    const { id, label = key, serverName } = given;
    const [name, twin] = [roomName(key), wanted.get(serverName)];
    const hasId = id !== undefined;
    if (twin !== undefined && !(hasId && twin.hasId)) {
      const message = `"${twin.key}" is the server's "${serverName}" already`;
      report({
        severity: "error",
        path: ["rooms", key, "serverName"],
        at: "value",
        message,
        hint: "without an id, each room has a name of its own on the server",
      });
    }
    wanted.set(serverName, { key, hasId });
    const why = search?.unfound.get(key) ?? "";
    if (!hasId) unfound.set(name, { name, label, serverName, why });
  }
  return unfound;
}

function defined<Part extends object>(part: Part): { [Key in keyof Part]: Exclude<Part[Key], undefined> } {
  return Object.fromEntries(Object.entries(part).filter(([, one]) => one !== undefined)) as {
    [Key in keyof Part]: Exclude<Part[Key], undefined>;
  };
}
