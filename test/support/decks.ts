import { streamDeck } from "../../devices/stream-deck/driver.ts";
import type { ModelWord } from "../../devices/stream-deck/models.ts";
import type { RecordingPlayer } from "../../src/driver/contract.ts";
import { findFakeUnit } from "../../src/driver/hid/fake-unit.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { keysReport } from "../devices/stream-deck/reports.ts";
import { createKeyReader, type ReadKey } from "./key-reader.ts";
import { type Rig, type RigSettings, rest, startRig, until } from "./rig.ts";

export interface DeckRig extends Rig {
  deck(id: string): Deck;
}

/** A fake deck's keys as a person sees and touches them; counted from 1. */
export interface Deck {
  down(key: number): Promise<void>;
  up(key: number): Promise<void>;
  tap(key: number): Promise<void>;
  /** What a key shows now. */
  sees(key: number): string;
  /** All that a key has shown, oldest first. */
  saw(key: number): readonly Sight[];
  /** Waits until a key shows this; gives up loudly, and says what it shows instead. */
  wait(key: number, wanted: string | RegExp, withinMs?: number): Promise<Sight>;
  /** The next write fails, as when the cable is pulled. */
  unplug(): void;
}

export interface Sight {
  readonly text: string;
  /** Monotonic. */
  readonly atMs: number;
}

/** Decks by name, each with its own part of the mapping; model `mk2` unless its address says otherwise. */
export async function startDecks(
  decks: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  settings: RigSettings = {},
): Promise<DeckRig> {
  const read = await readerOf(Object.keys(settings.rooms ?? { "interview-1": 1, "interview-2": 2 }));
  const rig = await startRig({ ...settings, extra: { ...settings.extra, ...devicesOf(decks) } });
  const made = Object.entries(decks).map(([id, part]) => [id, createDeck({ id, part, rig, read })] as const);
  const known = new Map(made);
  for (const deck of known.values()) await until("pictures", () => !["", "plain"].includes(deck.sees(1)));
  return {
    ...rig,
    deck(id) {
      const deck = known.get(id);
      if (deck === undefined) throw new Error(`no deck ${id}`);
      return deck;
    },
  };
}

/** The `devices` of a mapping with these decks; the rig needs its surface as well. */
export function devicesOf(decks: Readonly<Record<string, Readonly<Record<string, unknown>>>>) {
  const entries = Object.entries(decks).map(([id, part]) => [
    id,
    { kind: "stream-deck", address: "fake://mk2", ...part },
  ]);
  return {
    devices: {
      surface: { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] },
      ...Object.fromEntries(entries),
    },
  };
}

// One for all tests of a file: its pictures are drawn once.
const readers = new Map<string, Promise<ReadKey>>();

function readerOf(rooms: readonly string[]): Promise<ReadKey> {
  const key = rooms.join();
  const reader = readers.get(key) ?? createKeyReader(rooms);
  readers.set(key, reader);
  return reader;
}

interface Making {
  readonly id: string;
  readonly part: Readonly<Record<string, unknown>>;
  readonly rig: Rig;
  readonly read: ReadKey;
}

function createDeck({ id, part, rig, read }: Making): Deck {
  const model = String(part.address ?? "fake://mk2").replace("fake://", "") as ModelWord;
  const held = new Set<number>();
  const showsKey = (key: number) => (fact: Fact) =>
    fact.kind === "shown" && `${fact.device} ${fact.control}` === `${id} key-${key}`;
  const look = (fact: Fact | undefined): Sight[] =>
    fact?.kind === "shown" ? [{ text: read(fact.frame), atMs: fact.atMs }] : [];
  const saw = (key: number) => rig.facts.filter(showsKey(key)).flatMap(look);
  const last = (key: number) => look(rig.facts.findLast(showsKey(key)))[0];
  const sees = (key: number) => last(key)?.text ?? "";
  const report = async () => {
    const player = await playerOf(rig, id);
    await player.play(keysReport(model, [...held]), "hid");
  };
  const down = async (key: number) => {
    held.add(key - 1);
    await report();
  };
  const up = async (key: number) => {
    held.delete(key - 1);
    await report();
  };
  return {
    down,
    up,
    saw,
    sees,
    async tap(key) {
      await down(key);
      await rest(20);
      await up(key);
    },
    async wait(key, wanted, withinMs) {
      const fits = (text: string) => (typeof wanted === "string" ? text === wanted : wanted.test(text));
      const found = () => {
        const sight = last(key);
        return sight !== undefined && fits(sight.text) && sight;
      };
      return until(`${wanted}`, found, withinMs).catch((error: Error) => {
        throw new Error(`${error.message}; key ${key} shows ${sees(key)}`);
      });
    },
    unplug() {
      const unit = findFakeUnit(productNameOf(rig, id) ?? "");
      if (unit === undefined) throw new Error(`${id} is not open`);
      Object.assign(unit.handle, { write: () => Promise.reject(new Error("unplugged")) });
    },
  };
}

async function playerOf(rig: Rig, id: string): Promise<RecordingPlayer> {
  const productName = productNameOf(rig, id) ?? "";
  const opened = await streamDeck.openPlayer?.({} as never, productName);
  if (opened?.ok !== true) throw new Error(`${id} cannot be touched`);
  return opened.value;
}

export function productNameOf({ bridge }: Rig, id: string): string | undefined {
  const status = bridge.status().devices.find((device) => device.id === id)?.status;
  return status?.kind === "open" ? status.productName : undefined;
}
