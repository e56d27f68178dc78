import type { Path } from "../base/document/finding.ts";
import {
  type DeviceId,
  onlyServer,
  type RoomName,
  roomName,
  type ServerName,
  serverName,
  valtRoomId,
} from "../base/identifiers.ts";
import { memoize } from "../base/memory.ts";
import { placeholdersIn } from "../base/placeholders.ts";
import { hintFor } from "../base/suggest.ts";
import type { LookTable } from "../feedback/look.ts";
import { createLanguage, type Language, type LanguageTag, languageTags } from "../language/language.ts";
import { phrases } from "../language/phrases.ts";
import { checkAddresses, checkPasswords, checkTwins } from "./check-addresses.ts";
import { checkLetters, fontFileOf } from "./check-letters.ts";
import { checkRoomNames } from "./check-room-names.ts";
import { checkWhole } from "./check-whole.ts";
import { type Compilation, compileDevice } from "./compile-device.ts";
import { compileLookTable } from "./compile-look.ts";
import { fingerprintWith } from "./fingerprint.ts";
import type { DeviceMapping, Mapping, RoomMapping, ServerMapping, UnfoundRoom } from "./mapping.ts";
import { findUnknownPlaceholders } from "./placeholder.ts";
import { translateLooks } from "./spoken-looks.ts";

/** Resolves every name and default, a device at a time; what does not add up is reported. */
export function* compileInPieces(compilation: Compilation): Generator<void, Mapping> {
  const { document, fingerprint, searches, symbols, world } = compilation;
  const languageOf = compileLanguages(compilation);
  const language = languageOf(document.language ?? "en");
  const looks = compileLooks(compilation, language);
  const servers = compileServers(compilation);
  const serverOfRoom = chooseServers(servers, compilation);
  const rooms = compileRooms(compilation, serverOfRoom);
  const unfound = compileUnfound(compilation, serverOfRoom);
  const known = new Set([...Object.keys(document.rooms).map(roomName), ...unfound.keys()]);
  const place = { ...compilation, looks, languageOf, roomNames: [...known] };
  const fingerprintOf = fingerprintWith(document);
  const devices = new Map<DeviceId, DeviceMapping>();
  for (const [name, given] of Object.entries(document.devices)) {
    yield;
    const device = compileDevice(name, given, place);
    devices.set(device.id, { ...device, fingerprint: fingerprintOf(device) });
  }
  const mapping: Mapping = {
    fingerprint,
    servers,
    rooms,
    unfound,
    searches,
    devices,
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
  yield;
  checkWhole(mapping, compilation);
  yield;
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

/** Guessing what was meant takes long for each. */
const MOST_GUESSES = 100;

/** Phrases that the mapping says otherwise; what their braces name is filled in by the bridge. */
function checkWords({ document, report }: Compilation): Readonly<Record<string, string>> {
  const known: readonly string[] = phrases;
  let unknown = 0;
  for (const [phrase, own] of Object.entries(document.words ?? {})) {
    const path = ["words", phrase];
    if (!known.includes(phrase)) {
      const message = `"${phrase}" is no phrase of the bridge`;
      unknown += 1;
      const hint = unknown <= MOST_GUESSES ? hintFor(phrase, known) : "known are those of the reference";
      report({ severity: "error", path, at: "key", message, hint });
      continue;
    }
    for (const finding of findUnknownPlaceholders(own, placeholdersIn(phrase), path)) report(finding);
  }
  return document.words ?? {};
}

/** One by itself, or several by their names. */
function compileServers(compilation: Compilation): Mapping["servers"] {
  const { document, report } = compilation;
  const { server, servers } = document;
  const about = { severity: "error", path: ["servers"], at: "key" } as const;
  if (server !== undefined && servers !== undefined)
    report({ ...about, message: '"server" stands there, too', hint: "put it among the servers, by a name" });
  if (servers !== undefined) {
    const compiled = Object.entries(servers).map(([key, given]) =>
      compileServer(serverName(key), given, { ...compilation, path: ["servers", key] }),
    );
    checkTwins(compiled, report);
    checkPasswords(servers, report);
    return new Map(compiled.map((one) => [one.name, one]));
  }
  if (server !== undefined)
    return new Map([[onlyServer, compileServer(onlyServer, server, { ...compilation, path: ["server"] })]]);
  // Told where the document is read, whatever else is wrong with it.
  return new Map();
}

function compileServer(
  name: ServerName,
  server: NonNullable<Compilation["document"]["server"]>,
  { path, ...compilation }: Compilation & { readonly path: Path },
): ServerMapping {
  const {
    url: given,
    username,
    passwordFrom = "VALT_PASSWORD",
    tls = "system",
    deadlineMs = 5000,
    pinDigits = 4,
  } = server;
  const [url = "", ...otherUrls] = [given].flat();
  const compiled = { name, url, otherUrls, username, passwordFrom, tls, deadlineMs, pinDigits };
  checkAddresses(compiled, { ...compilation, path, isList: Array.isArray(given) });
  return compiled;
}

type ChooseServer = (room: string, given: string | undefined) => ServerName;

/** On which server a room is: it has to say so where there are several. */
function chooseServers(servers: Mapping["servers"], { report }: Compilation): ChooseServer {
  const names = [...servers.keys()];
  const [first = onlyServer] = names;
  const find = (room: string, given: string | undefined): ServerName => {
    if (given === undefined && names.length <= 1) return first;
    const chosen = names.find((name) => name === given);
    if (chosen !== undefined) return chosen;
    const hint = given === undefined ? `"server": "${names.join('" or "')}"` : hintFor(given, names);
    const about =
      given === undefined
        ? ({
            path: ["rooms", room],
            at: "key",
            message: `"${room}" does not say which server it is on`,
          } as const)
        : ({
            path: ["rooms", room, "server"],
            at: "value",
            message: `there is no server "${given}"`,
          } as const);
    report({ severity: "error", ...about, hint });
    return first;
  };
  const known = new Map<string, ServerName>();
  return (room, given) => {
    const server = known.get(room) ?? find(room, given);
    known.set(room, server);
    return server;
  };
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

function compileRooms(
  { document, world, report }: Compilation,
  serverOfRoom: ChooseServer,
): ReadonlyMap<RoomName, RoomMapping> {
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
    const server = serverOfRoom(name, room.server);
    const { author, template, serverName, label = name } = room;
    rooms.set(roomName(name), {
      name: roomName(name),
      server,
      id: valtRoomId(id),
      label,
      serverName,
      recordingName,
      author,
      template,
    });
  }
  reportTwinIds(rooms.values(), report);
  checkRoomNames(rooms.values(), { report });
  return rooms;
}

function reportTwinIds(rooms: Iterable<RoomMapping>, report: Compilation["report"]): void {
  const byPlace = new Map<string, RoomMapping>();
  for (const room of rooms) {
    const { id, name, server } = room;
    const place = `${id} ${server}`;
    const twin = byPlace.get(place);
    if (twin === undefined) byPlace.set(place, room);
    else {
      const message = `room id ${id} is "${twin.name}" already`;
      const hint = "each room has an id of its own";
      report({ severity: "error", path: ["rooms", name], at: "value", message, hint });
    }
  }
}

/** Rooms without an id, and names that two rooms of the server's list would have. */
function compileUnfound(
  { document, searches, report }: Compilation,
  serverOfRoom: ChooseServer,
): Mapping["unfound"] {
  const unfound = new Map<RoomName, UnfoundRoom>();
  for (const [server, search] of searches)
    for (const [key, why] of search.unfound)
      unfound.set(roomName(key), { name: roomName(key), server, label: key, serverName: undefined, why });
  const wanted = new Map<string, { readonly key: string; readonly hasId: boolean }>();
  for (const [key, given] of Object.entries(document.rooms)) {
    if (typeof given === "number" || given.serverName === undefined) continue;
    const { id, label = key, serverName } = given;
    const hasId = id !== undefined;
    const server = serverOfRoom(key, given.server);
    const [name, place] = [roomName(key), `${server} ${serverName}`];
    const twin = wanted.get(place);
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
    wanted.set(place, { key, hasId });
    const why = unfound.get(name)?.why ?? "";
    if (!hasId) unfound.set(name, { name, server, label, serverName, why });
  }
  return unfound;
}

function defined<Part extends object>(part: Part): { [Key in keyof Part]: Exclude<Part[Key], undefined> } {
  return Object.fromEntries(Object.entries(part).filter(([, one]) => one !== undefined)) as {
    [Key in keyof Part]: Exclude<Part[Key], undefined>;
  };
}
