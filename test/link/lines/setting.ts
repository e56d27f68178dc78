import type { Action, Outcome } from "../../../src/action/action.ts";
import type { AlarmKind } from "../../../src/alarm/alarm.ts";
import { type PeerId, peerId, type RoomName, roomName, valtRoomId } from "../../../src/base/identifiers.ts";
import { LineSession } from "../../../src/bridge/line-session.ts";
import type { ControlEvent } from "../../../src/driver/control.ts";
import type { Peer } from "../../../src/driver/link.ts";
import type { LineMemory, Push } from "../../../src/link/dialect.ts";
import type { SmpSettings } from "../../../src/link/dialects/smp/sis-answers.ts";
import { indexRooms } from "../../../src/link/link-rooms.ts";
import type { CommandMapping } from "../../../src/mapping/mapping.ts";
import { type Pattern, parsePattern } from "../../../src/mapping/pattern.ts";
import { unseenRoom } from "../../../src/room/room-state.ts";
import { type RoomView, viewRoom } from "../../../src/room/room-view.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createContext, deviceWith, dialectNamed, linkOf } from "../../support/link-context.ts";

export const LAB = roomName("lab");
export const OFFICE = roomName("office");
export const DONE: Outcome = { kind: "done" };

export interface LineSetting {
  readonly dialect?: string;
  readonly room?: RoomName | undefined;
  readonly hello?: "on" | "off";
  readonly smp?: Partial<SmpSettings>;
  readonly passcode?: string;
  readonly limit?: { readonly perSecond: number; readonly burst: number };
  readonly allow?: readonly string[];
  readonly memory?: LineMemory;
  readonly own?: Readonly<Record<string, CommandMapping["on"]>>;
  readonly pushes?: readonly Push[];
  /** Every action ends like this at once; by hand (`acted`) when absent. */
  readonly outcome?: Outcome;
}

export interface Acted {
  readonly action: Action;
  readonly peer: PeerId | undefined;
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

/** A session of lines with a real dialect, a clock by hand, rooms by hand and actions that end by hand. */
export function createLineSetting(setting: LineSetting = {}) {
  const clock = createFakeClock();
  const acted: Acted[] = [];
  const sent: { to: string; text: string }[] = [];
  const dropped: string[] = [];
  const touched: ControlEvent[] = [];
  const listening: string[] = [];
  const views = new Map<RoomName, RoomView>();
  const states = { server: "up" as "up" | "down" };
  const site: { kind: AlarmKind; text: string }[] = [];
  const { limit = { perSecond: 20, burst: 40 }, allow = [], passcode, outcome, hello = "off" } = setting;
  const context = createContext({
    clock,
    rooms: indexRooms([
      { name: LAB, id: valtRoomId(4) },
      { name: OFFICE, id: valtRoomId(5) },
    ]),
    server: () => states.server,
    view: (room) => views.get(room) ?? viewRoom(unseenRoom, 0),
    act: (action, { peer }) =>
      outcome === undefined
        ? new Promise((end) => acted.push({ action, peer, end }))
        : Promise.resolve(outcome).finally(() => acted.push({ action, peer, end: () => undefined })),
    secret: () => passcode,
  });
  const commands = Object.entries(setting.own ?? {}).map(([pattern, on]) => ({
    pattern: parsePattern(pattern) as Pattern,
    on,
    off: [],
  }));
  const device = deviceWith(
    linkOf(dialectNamed(setting.dialect ?? "native"), {
      settings: { hello, ...setting.smp },
      commands,
      pushes: setting.pushes ?? [],
      allow,
      passcodeFrom: passcode === undefined ? undefined : "PASSCODE",
      limit,
    }),
    { room: setting.room },
  );
  /** With a version that stays, and the state of the site by hand. */
  class TestSession extends LineSession {
    override readonly product = { name: "bridge", version: "1.2.3" };
    override readonly memory: LineMemory = setting.memory ?? new Map();
    override siteAlarms() {
      return site;
    }
  }
  const link: LineSession = new TestSession(device, context, {
    countDrop: (reason) => dropped.push(reason),
    take: (event) => touched.push(event),
    hears: () => undefined,
  });
  link.open({
    send: ({ text }, to) => sent.push({ to, text }),
    listenFor: (_, what) => listening.push(what),
  });
  const setServer = (server: "up" | "down") => {
    states.server = server;
    link.serverChanged();
  };
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
    setServer,
    site,
    say: (text: string, peer: Peer = wirePeer) => link.request({ text, values: [] }, peer),
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
