import type { Action, Outcome } from "../../../src/action/action.ts";
import { isPermitted } from "../../../src/action/permit.ts";
import type { AlarmKind } from "../../../src/alarm/alarm.ts";
import { peerId, type RoomName, roomName, valtRoomId } from "../../../src/base/identifiers.ts";
import type { ControlEvent } from "../../../src/driver/control.ts";
import type { Peer } from "../../../src/driver/link.ts";
import { wordsFor } from "../../../src/feedback/words.ts";
import { AccessControl } from "../../../src/link/access-control.ts";
import {
  createLineMemory,
  type LineMemory,
  type LineSettings,
  usualSmpHabits,
} from "../../../src/link/line-dialect.ts";
import { LineLink } from "../../../src/link/line-link.ts";
import { indexRooms, onlyRoom } from "../../../src/link/link-rooms.ts";
import type { CommandMapping, PushMapping } from "../../../src/mapping/mapping.ts";
import { matchMessage } from "../../../src/mapping/match.ts";
import { type Pattern, parsePattern } from "../../../src/mapping/pattern.ts";
import { unseenRoom } from "../../../src/room/room-state.ts";
import { type RoomView, viewRoom } from "../../../src/room/room-view.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { pressAt } from "../../support/fake-valt.ts";

export const LAB = roomName("lab");
export const OFFICE = roomName("office");
export const DONE: Outcome = { kind: "done" };

export interface LineSetting extends Partial<Omit<LineSettings, "smp">> {
  readonly smp?: Partial<LineSettings["smp"]>;
  readonly passcode?: string;
  readonly limit?: { readonly perSecond: number; readonly burst: number };
  readonly allow?: readonly string[];
  readonly memory?: LineMemory;
  readonly own?: Readonly<Record<string, CommandMapping["on"]>>;
  readonly pushes?: readonly PushMapping[];
  /** Every action ends like this at once; by hand (`acted`) when absent. */
  readonly outcome?: Outcome;
}

export interface Acted {
  readonly action: Action;
  readonly peer: Peer;
  end(outcome: Outcome): void;
}

let peers = 0;

export function streamPeer(settings: Partial<Peer> = {}): Peer {
  const id = peerId(`tcp:127.0.0.1:${++peers}`);
  return { id, address: "127.0.0.1", reach: "same-machine", delivery: "stream", ...settings };
}

export const wirePeer: Peer = {
  id: peerId("wire"),
  address: "/dev/ttyUSB0",
  reach: "wire",
  delivery: "stream",
};

/** A link in lines with a real gate, a clock by hand, rooms by hand and actions that end by hand. */
export function createLineSetting(setting: LineSetting = {}) {
  const clock = createFakeClock();
  const acted: Acted[] = [];
  const sent: { to: string; text: string }[] = [];
  const dropped: string[] = [];
  const touched: ControlEvent[] = [];
  const listening: string[] = [];
  const views = new Map<RoomName, RoomView>();
  const view = (room: RoomName) => views.get(room) ?? viewRoom(unseenRoom, 0);
  const all = indexRooms([
    { name: LAB, id: valtRoomId(4) },
    { name: OFFICE, id: valtRoomId(5) },
  ]);
  const settings: LineSettings = {
    dialect: "native",
    room: undefined,
    hello: "off",
    product: { name: "bridge", version: "1.2.3" },
    ...setting,
    smp: { ...usualSmpHabits, ...setting.smp },
  };
  const { limit = { perSecond: 20, burst: 40 }, allow = [], passcode } = setting;
  const rules = {
    dialect: settings.dialect,
    lines: { hello: "on", secondPause: "stays", timeLeft: "drive", whenUnknown: "error", freeKilobytes: 0 },
    commands: [],
    pushes: [],
    builtIn: "on",
    allow,
    passcodeFrom: undefined,
    limit,
  } as const;
  const drop = (reason: string) => dropped.push(reason);
  const gate = new AccessControl({ clock, link: rules, may: "by-peer", passcode, dropped: drop });
  const rooms = () => (settings.room === undefined ? all : onlyRoom(all, settings.room));
  const own = Object.entries(setting.own ?? {}).map(([pattern, on]) => ({
    pattern: parsePattern(pattern) as Pattern,
    on,
    off: [],
  }));
  const site: { kind: AlarmKind; text: string }[] = [];
  const link = new LineLink({
    clock,
    settings,
    memory: setting.memory ?? createLineMemory(),
    gate: () => gate,
    rooms,
    view,
    siteAlarms: () => site,
    words: (room) => wordsFor(view(room), { name: room, id: valtRoomId(room === LAB ? 4 : 5) }),
    matchOwn: (message) => matchMessage(own, { message, stroke: "click" }, rooms().find),
    ownPushes: () => setting.pushes ?? [],
    send: ({ text }, to) => sent.push({ to, text }),
    causeOf: () => pressAt(clock.monotonicMs()),
    act: (action, _, peer) =>
      setting.outcome === undefined
        ? new Promise((end) => acted.push({ action, peer, end }))
        : Promise.resolve(setting.outcome).finally(() => acted.push({ action, peer, end: () => undefined })),
    permits: (kind, peer) => isPermitted({ kind }, gate.mayOf(peer)),
    dropped: drop,
    touch: (event) => touched.push(event),
    listenFor: (_, what) => listening.push(what),
  });
  const setRoom = (room: RoomName, status: RoomView["status"], rest: Partial<RoomView> = {}) => {
    const elapsedMs = status === "recording" || status === "paused" ? 751_000 : undefined;
    views.set(room, {
      ...viewRoom(unseenRoom, 0),
      knowledge: status === undefined ? "stale" : "live",
      status,
      expected: status,
      elapsedMs,
      ...rest,
    });
    link.roomChanged(room);
  };
  setRoom(LAB, "available");
  setRoom(OFFICE, "available");
  return {
    clock,
    link,
    acted,
    sent,
    dropped,
    touched,
    listening,
    setRoom,
    site,
    say: (text: string, peer: Peer = wirePeer) => link.take({ text, values: [] }, peer, "click"),
    /** What this peer was sent since the last call, each text as it was written. */
    heard(peer: Peer = wirePeer): string[] {
      const texts = sent.filter(({ to }) => to === peer.id).map(({ text }) => text);
      for (let index = sent.length - 1; index >= 0; index--) {
        if (sent[index]?.to === peer.id) sent.splice(index, 1);
      }
      return texts;
    },
  };
}
