import { FULL_TURN } from "./readers.ts";

/** A queue between a socket and the work that its datagrams cause. */
interface Inbox<Item> {
  /** `sender` is whose turn it takes. */
  put(item: Item, sender: string): void;
  /** Forgets what still waits. */
  close(): void;
}

interface InboxSettings<Item> {
  readonly read: (item: Item) => void;
  /** Called for an item that found no room. */
  readonly refuse: (item: Item) => void;
  /** Runs a task after the input that is ready now has been taken in: `setImmediate` outside tests. */
  readonly later: (task: () => void) => void;
}

/** Most items that wait, of one sender and of all; at a hundred bytes each, two megabytes in all. */
export const MOST_OF_ONE = 2000;
/** Of all senders together. */
export const MOST_OF_ALL = 20_000;
/** Few enough that answers from the server are read in between, and fewer while the kernel has more. */
const ITEMS_A_TURN = 32;
const ITEMS_A_FULL_TURN = 8;

/**
 * Reads a lone item at once, since a key press must not wait. Further ones of the same turn wait, and most of them until
 * the kernel's buffer has been emptied, since what does not fit there is lost. Senders take turns, so that none keeps the
 * others waiting; the order of each is kept.
 */
export function createInbox<Item>(settings: InboxSettings<Item>): Inbox<Item> {
  // The first sender is the one whose turn it is.
  const waiting = new Map<string, Item[]>();
  let count = 0;
  let isTurnOpen = false;
  let arrivedThisTurn = 0;
  let isClosed = false;

  function endTurn(): void {
    if (isClosed) return;
    const most = arrivedThisTurn >= FULL_TURN ? ITEMS_A_FULL_TURN : ITEMS_A_TURN;
    arrivedThisTurn = 0;
    try {
      for (let read = 0; read < most && count > 0; read++) readNext();
    } finally {
      isTurnOpen = count > 0;
      if (isTurnOpen) settings.later(endTurn);
    }
  }

  function readNext(): void {
    const [next] = waiting;
    if (next === undefined) return;
    const [sender, items] = next;
    const item = items.shift() as Item;
    count--;
    waiting.delete(sender);
    if (items.length > 0) waiting.set(sender, items);
    settings.read(item);
  }

  function keep(item: Item, sender: string): void {
    const items = waiting.get(sender) ?? [];
    if (items.length >= MOST_OF_ONE || count >= MOST_OF_ALL) {
      settings.refuse(item);
      return;
    }
    items.push(item);
    waiting.set(sender, items);
    count++;
  }

  return {
    put(item, sender) {
      if (isClosed) return;
      arrivedThisTurn++;
      if (isTurnOpen) {
        keep(item, sender);
        return;
      }
      isTurnOpen = true;
      try {
        settings.read(item);
      } finally {
        settings.later(endTurn);
      }
    },
    close() {
      isClosed = true;
      count = 0;
      waiting.clear();
    },
  };
}
