/** A queue between a socket and the work that its datagrams cause. */
export interface Inbox<Item> {
  put(item: Item): void;
  /** Forgets what still waits. */
  close(): void;
}

export interface InboxSettings<Item> {
  readonly read: (item: Item) => void;
  /** Called for an item that found the queue full. */
  readonly refuse: (item: Item) => void;
  /** Runs a task after the input that is ready now has been taken in: `setImmediate` outside tests. */
  readonly later: (task: () => void) => void;
}

/** Most items that wait; at a hundred bytes each that is two megabytes. */
export const LONGEST_QUEUE = 20_000;
/** libuv takes at most so many datagrams from the kernel in one go: that many means that more are waiting. */
const FULL_TURN = 32;
/** Few enough that answers from the server are read in between. */
const ITEMS_A_TURN = 32;
const MOST_POSTPONED_TURNS = 64;

/**
 * Reads a lone item at once, since a key press must not wait; further ones of the same turn wait until the
 * kernel's buffer has been emptied, since what does not fit there is lost. The order is kept.
 */
export function createInbox<Item>(settings: InboxSettings<Item>): Inbox<Item> {
  let waiting: Item[] = [];
  let isTurnOpen = false;
  let arrivedThisTurn = 0;
  let postponedTurns = 0;
  let isClosed = false;

  function endTurn(): void {
    if (isClosed) return;
    const hasMoreInKernel = arrivedThisTurn >= FULL_TURN && postponedTurns < MOST_POSTPONED_TURNS;
    arrivedThisTurn = 0;
    if (hasMoreInKernel) {
      postponedTurns++;
      settings.later(endTurn);
      return;
    }
    postponedTurns = 0;
    readBatch();
    isTurnOpen = waiting.length > 0;
    if (isTurnOpen) settings.later(endTurn);
  }

  function readBatch(): void {
    const batch = waiting.slice(0, ITEMS_A_TURN);
    waiting = waiting.slice(ITEMS_A_TURN);
    for (const item of batch) {
      if (isClosed) return;
      settings.read(item);
    }
  }

  return {
    put(item) {
      if (isClosed) return;
      arrivedThisTurn++;
      if (!isTurnOpen) {
        isTurnOpen = true;
        try {
          settings.read(item);
        } finally {
          settings.later(endTurn);
        }
      } else if (waiting.length < LONGEST_QUEUE) {
        waiting.push(item);
      } else {
        settings.refuse(item);
      }
    },
    close() {
      isClosed = true;
      waiting = [];
    },
  };
}
