import type { FromBridge, ToBridge } from "./messages.ts";
import type { PageEntry, Topic } from "./pages.ts";
import { takePicture } from "./pictures.ts";
import type { RoomVerb, SimulatorAction, TouchInfo } from "./protocol.ts";
import { followSite } from "./site.ts";
import * as state from "./state.ts";
import { after, setBridgeClock } from "./time.tsx";
import { say as phrase } from "./words.ts";

const LONGEST_DELAY_MS = 5000;

/** A tablet's link has its key in the address. */
const link = new URL(location.href).searchParams.has("key") ? location.search : "";

let socket: WebSocket | undefined;
let delayMs = 500;
let cancelRetry: () => void = () => undefined;
let requestCount = 0;
const answers = new Map<number, (answer: Answer) => void>();
const watched = new Map<string, number>();
const followed = new Map<Topic, number>();
let isTelling = false;

interface Answer {
  readonly isFine: boolean;
  readonly text: string;
}

/** Connects, and goes on connecting when the bridge is lost. */
export function connect(): void {
  cancelRetry();
  if (socket !== undefined && socket.readyState <= WebSocket.OPEN) return;
  socket = new WebSocket(new URL(`./socket${link}`, document.baseURI.replace(/^http/, "ws")));
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    delayMs = 500;
    state.contact.set({ state: "open", sinceMs: performance.now() });
    tellWanted();
  };
  socket.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) takePicture(data);
    else take(JSON.parse(data as string) as FromBridge);
  };
  socket.onclose = () => void retry();
}

/** Sends nothing while the bridge is lost: a late press is worse than none. */
export function say(message: ToBridge): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/** Sends a touch of a control; lost while the bridge is. */
export function touch(device: string, control: string, how: TouchInfo): void {
  say({ type: "touch", device, control, touch: how });
}

type Question =
  | { readonly type: "act"; readonly room: string; readonly what: RoomVerb; readonly text: string }
  | { readonly type: "reload" }
  | { readonly type: "pages"; readonly device: string }
  | { readonly type: "learn"; readonly device: string }
  | { readonly type: "schedule"; readonly room: string }
  | { readonly type: "history"; readonly sinceWallMs: number; readonly untilWallMs: number }
  | { readonly type: "settle"; readonly mark: string }
  | { readonly type: "kiosk-make"; readonly panel: string; readonly right: "view" | "press" }
  | { readonly type: "kiosk-revoke"; readonly id: string }
  | { readonly type: "panel-test"; readonly device: string; readonly what: "identify" | "lamp-test" };

/** Asks for something that is answered: by the bridge, or after 8 s by "The bridge did not answer." */
export function ask(message: Question): Promise<Answer> {
  return request((number) => say({ ...message, request: number }));
}

/** Asks the simulator of the demo to do something. */
export function simulate(deed: SimulatorAction): Promise<Answer> {
  return request((number) => say({ type: "simulate", request: number, deed }));
}

/** Wants a panel's pictures until the returned function is called. */
export function watch(device: string): () => void {
  return want(watched, device);
}

/** Wants what is told of a topic until the returned function is called. */
function follow(topic: Topic): () => void {
  return want(followed, topic);
}

/** Follows what a page reads all the while, until the returned function is called. */
export function followWhileShown(topics: PageEntry["topics"]): () => void {
  const shown = Object.entries(topics).filter(([, when]) => when === "shown");
  const stops = shown.map(([topic]) => follow(topic as Topic));
  return () => {
    for (const stop of stops) stop();
  };
}

function want<Key>(table: Map<Key, number>, key: Key): () => void {
  table.set(key, (table.get(key) ?? 0) + 1);
  tellWantedSoon();
  return () => {
    const count = (table.get(key) ?? 1) - 1;
    if (count > 0) table.set(key, count);
    else table.delete(key);
    tellWantedSoon();
  };
}

function request(send: (number: number) => void): Promise<Answer> {
  requestCount += 1;
  const number = requestCount;
  return new Promise((resolve) => {
    const cancel = after(8000, () =>
      settle(number, { isFine: false, text: phrase("The bridge did not answer.") }),
    );
    answers.set(number, (answer) => {
      cancel();
      resolve(answer);
    });
    send(number);
  });
}

function settle(number: number, answer: Answer): void {
  answers.get(number)?.(answer);
  answers.delete(number);
}

function tellWantedSoon(): void {
  if (isTelling) return;
  isTelling = true;
  queueMicrotask(() => {
    isTelling = false;
    tellWanted();
  });
}

function tellWanted(): void {
  say({ type: "watch", devices: [...watched.keys()].slice(0, 200) });
  say({ type: "follow", topics: [...followed.keys()] });
}

async function retry(): Promise<void> {
  if (state.contact.value.state !== "lost") state.contact.set({ state: "lost", sinceMs: performance.now() });
  const seen = await fetch(link === "" ? "./status.json" : `./kiosk${link}`, { method: "HEAD" }).catch(
    () => undefined,
  );
  // The session has ended: the bridge asks for a token again, or says that the link does not hold any more.
  if (seen?.status === 401) return location.reload();
  cancelRetry = after(delayMs, connect);
  delayMs = Math.min(LONGEST_DELAY_MS, delayMs * 1.6);
}

function take(message: FromBridge): void {
  switch (message.type) {
    case "greeting":
      setBridgeClock(message.nowMs);
      state.greeting.set(message);
      break;
    case "rooms":
      state.setRooms(message.rooms);
      break;
    case "room-changes": {
      const changed = new Map(message.rooms.map((room) => [room.name, room]));
      state.setRooms(state.rooms.value.map((room) => changed.get(room.name) ?? room));
      break;
    }
    case "seen":
      takeSeen(message.atMs);
      break;
    case "devices":
      state.devices.set(message.devices);
      break;
    case "overview":
      followSite(message.overview.site);
      state.overview.set(message.overview);
      break;
    case "lamps":
      for (const lamp of message.lamps) state.lampOf(lamp.device, lamp.control).set(lamp);
      break;
    case "talk":
      state.talkOf(message.device).set(message.talk);
      break;
    case "bindings":
      state.bindingsOf(message.device).set(message.bindings);
      break;
    case "mapping":
      state.mapping.set(message.mapping);
      break;
    case "answer":
      if (message.request === 0) state.complaint.set(message.text);
      else settle(message.request, message);
      break;
    default:
      state.takeTopic(message);
  }
}

function takeSeen(atMs: readonly number[]): void {
  const known = state.rooms.value;
  if (known.length !== atMs.length) return;
  state.setRooms(
    known.map((room, index) => {
      const seenAtMs = atMs[index] ?? -1;
      return seenAtMs < 0 ? room : { ...room, seenAtMs };
    }),
  );
}
