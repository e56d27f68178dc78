import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createSimulator, type Simulator } from "../../src/simulator/server.ts";
import { measureLoad } from "./child.ts";
import { type BenchSettings, below, exactly, type Figure, full } from "./measurement.ts";
import { type Program, startProgram } from "./program.ts";
import { roomNames, UNLIMITED } from "./stage.ts";
import { rest, until } from "./wait.ts";

const LINKS = 200;
const ROOMS = 10;
const CHANGES_PER_SECOND = 20;
/** Whole rounds, so that all rooms are as before. */
const WARM_UP_CHANGES = 2 * 4 * ROOMS;
/** What somebody else does to a room, over and over. */
const ROUND = ["start", "pause", "resume", "stop"] as const;

/**
 * Links of their own on TCP, each subscribed to all rooms, while somebody else changes a room 20 times a second. Each
 * room rests for half a second between its changes and is looked at every 200 ms. What the server answered to the looks is
 * compared with what each link was told, so that a look that comes late counts against nobody.
 */
export async function measureTelling(bench: BenchSettings): Promise<readonly Figure[]> {
  const created = await createSimulator({ controlPort: "none", rooms: ROOMS });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  const ports = await findFreePorts(LINKS);
  const bridge = await startBridge(simulator, ports, bench);
  const links = await Promise.all(ports.map(subscribe));
  await until("all subscriptions", () => links.every(({ text }) => text().includes("OK SUB *")));
  // Code that was never run before is slow, and looks come late.
  await changeRooms(simulator, WARM_UP_CHANGES);
  await rest(1000);
  for (const link of links) link.forget();

  const seconds = full(bench, 30, 8);
  bench.tell(`serial: ${LINKS} links told of ${CHANGES_PER_SECOND} changes a second for ${seconds} s`);
  const answered = followAnswers(simulator);
  const changes = seconds * CHANGES_PER_SECOND;
  const load = await measureLoad(bridge, () => changeRooms(simulator, changes));
  await rest(1500);

  const wanted = JSON.stringify(answered.byRoom());
  const wrong = links.filter(({ text }) => JSON.stringify(toldByRoom(text())) !== wanted).length;
  const told = answered.byRoom().flat().length;
  for (const { socket } of links) socket.destroy();
  await bridge.stop();
  await simulator.close();
  const name = `${LINKS} links, ${CHANGES_PER_SECOND} changes a second`;
  return [
    { name: `${name}: CPU of one core`, value: load.cpuPercent, unit: "%", bar: below(30) },
    { name: `${name}: resident memory`, value: load.rssMegabytes, unit: "MB" },
    {
      name: `${name}: links with a push lost or out of order`,
      value: wrong,
      unit: "count",
      bar: exactly(0),
      note: `of ${told * LINKS} pushes; of ${changes} changes, ${changes - told} fell between two looks`,
    },
  ];
}

/** What the server said each room is, without repetitions: more than this the bridge cannot know. */
function followAnswers(simulator: Simulator) {
  const byRoom: string[][] = Array.from({ length: ROOMS }, () => []);
  const before = new Map<number, string | undefined>(byRoom.map((_, index) => [index, "IDLE"]));
  simulator.requests.onAnswer(({ key, path }) => {
    if (key !== "GET rooms/{r}/status") return;
    const index = Number(path.split("/")[1]) - 1;
    const word = WORDS[simulator.world.room(index + 1)?.status ?? ""];
    if (word === before.get(index)) return;
    before.set(index, word);
    byRoom[index]?.push(word ?? "");
  });
  return { byRoom: () => byRoom };
}

const WORDS: Readonly<Record<string, string>> = {
  available: "IDLE",
  recording: "RECORDING",
  paused: "PAUSED",
};

interface Link {
  readonly socket: Socket;
  text(): string;
  forget(): void;
}

async function subscribe(port: number): Promise<Link> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const chunks: Buffer[] = [];
  socket.on("data", (bytes) => chunks.push(bytes)).on("error", () => undefined);
  socket.write("SUB *\r");
  return {
    socket,
    text: () => Buffer.concat(chunks).toString("latin1"),
    forget: () => void chunks.splice(0),
  };
}

async function findFreePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

async function startBridge(
  { url }: Simulator,
  ports: readonly number[],
  bench: BenchSettings,
): Promise<Program> {
  const links = ports.map((port, index) => [
    `link-${index + 1}`,
    { kind: "serial", listen: `tcp://127.0.0.1:${port}`, ...UNLIMITED },
  ]);
  const mapping = {
    server: { url, username: "panel-bridge" },
    rooms: Object.fromEntries(roomNames(ROOMS).map((name, index) => [name, index + 1])),
    devices: Object.fromEntries(links),
    // A starved machine must not make rooms unknown, which would be told too.
    timing: { activePollMs: 200, idlePollMs: 200, requestsPerSecond: 1000, freshMs: 4000 },
  };
  const bridge = await startProgram(JSON.stringify(mapping), bench);
  const isKnown = async () => (await bridge.know()).statuses.available === ROOMS;
  await until("the rooms", isKnown);
  await rest(500);
  return bridge;
}

async function changeRooms(simulator: Simulator, count: number): Promise<void> {
  const startedMs = performance.now();
  for (let change = 0; change < count; change++) {
    const room = change % ROOMS;
    const verb = ROUND[Math.floor(change / ROOMS) % ROUND.length] ?? "stop";
    simulator.somebodyElse(room + 1, verb);
    await rest(Math.max(0, startedMs + ((change + 1) * 1000) / CHANGES_PER_SECOND - performance.now()));
  }
}

/** For each room the states that were told, oldest first. */
function toldByRoom(text: string): readonly (readonly string[])[] {
  const told: string[][] = Array.from({ length: ROOMS }, () => []);
  for (const [, room, state] of text.matchAll(/^!REC room-(\d+) ([A-Z]+)\r$/gm)) {
    told[Number(room) - 1]?.push(state ?? "");
  }
  return told;
}
