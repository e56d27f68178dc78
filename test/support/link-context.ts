import { actions } from "../../src/action/actions/index.ts";
import type { Clock } from "../../src/base/clock.ts";
import { deviceId, valtRoomId } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import type { BridgeContext } from "../../src/bridge/bridge-context.ts";
import type { LinkedDevice } from "../../src/bridge/link-session.ts";
import type { DeviceKind } from "../../src/driver/contract.ts";
import { wordsFor } from "../../src/feedback/words.ts";
import { gestures } from "../../src/gesture/gestures/index.ts";
import { createLanguage } from "../../src/language/language.ts";
import type { Dialect } from "../../src/link/dialect.ts";
import { dialects } from "../../src/link/dialects/index.ts";
import { indexRooms, type LinkRooms, onlyRoom } from "../../src/link/link-rooms.ts";
import type { LinkMapping } from "../../src/mapping/mapping.ts";
import { unseenRoom } from "../../src/room/room-state.ts";
import { viewRoom } from "../../src/room/room-view.ts";

interface Given extends Partial<Pick<BridgeContext, "record" | "secret" | "words">> {
  readonly clock: Clock;
  readonly rooms?: LinkRooms;
  readonly server?: (() => "up" | "down") | undefined;
  readonly view?: BridgeContext["rooms"]["view"];
  readonly act?: BridgeContext["dispatcher"]["act"];
}

/** A bridge of which tests say what it knows and does; everything that they do not say is quiet. */
export function createContext({
  clock,
  rooms = indexRooms([]),
  server = () => "up",
  view = () => viewRoom(unseenRoom, 0),
  act = () => Promise.resolve({ kind: "done" }),
  ...given
}: Given): BridgeContext {
  return {
    clock,
    log: silentLog,
    actions,
    gestures,
    site: {
      linkRooms: ({ room }) => (room === undefined ? rooms : onlyRoom(rooms, room)),
    },
    rooms: { view, stateOf: () => server() },
    alarms: { board: { list: () => [] } } as unknown as BridgeContext["alarms"],
    dispatcher: { act },
    stalls: { arrivedAtMs: () => clock.monotonicMs() },
    words: (name) =>
      wordsFor(view(name), { name, id: rooms.all.find((one) => one.name === name)?.id ?? valtRoomId(0) }),
    language: () => createLanguage(),
    missing: () => [],
    correlate: (() => "c1") as unknown as BridgeContext["correlate"],
    secret: () => undefined,
    record: () => undefined,
    keyImages: () => Promise.resolve(undefined),
    ...given,
  };
}

/** A dialect of the bridge, by its word. */
export function dialectNamed(name: string): Dialect {
  const found = dialects.find((dialect) => dialect.name === name);
  if (found === undefined) throw new Error(`no dialect ${name}`);
  return found;
}

/** The link part of a mapping that says nothing but this. */
export function linkOf(dialect: Dialect, given: Partial<LinkMapping> = {}): LinkMapping {
  return {
    dialect,
    settings: {},
    commands: [],
    pushes: [],
    builtIn: "on",
    allow: [],
    passcodeFrom: undefined,
    limit: { perSecond: 20, burst: 40 },
    ...given,
  };
}

/** A device with a link, and nothing else. */
export function deviceWith(link: LinkMapping, given: Partial<LinkedDevice> = {}): LinkedDevice {
  return {
    id: deviceId("desk"),
    fingerprint: "",
    kind: {} as DeviceKind,
    settings: {},
    room: undefined,
    may: "by-peer",
    mayAt: [],
    controls: new Map(),
    pages: new Map(),
    layout: undefined,
    dim: undefined,
    homeAfterMs: undefined,
    pin: undefined,
    described: [],
    link,
    language: createLanguage(),
    languageAt: [],
    brightnessAt: [],
    ...given,
  };
}
