import { describe, expect, it } from "vitest";
import { createInbox, MOST_OF_ALL, MOST_OF_ONE } from "../../../devices/osc/inbox.ts";

function createBench() {
  const read: number[] = [];
  const refused: number[] = [];
  const tasks: (() => void)[] = [];
  const queue = createInbox<number>({
    read: (item) => read.push(item),
    refuse: (item) => refused.push(item),
    later: (task) => tasks.push(task),
  });
  const inbox = { put: (item: number, sender = "one") => queue.put(item, sender), close: queue.close };
  const endTurn = () => {
    for (const task of tasks.splice(0)) task();
  };
  return { read, refused, inbox, endTurn, waiting: tasks };
}

describe("the queue between a socket and its reader", () => {
  it("reads a lone datagram at once", () => {
    const { inbox, read } = createBench();
    inbox.put(1);
    expect(read).toEqual([1]);
  });

  it("reads the first of each turn at once when they come one by one", () => {
    const { inbox, read, endTurn } = createBench();
    for (const item of [1, 2, 3]) {
      inbox.put(item);
      expect(read.at(-1)).toBe(item);
      endTurn();
    }
  });

  it("lets the others of a turn wait, and keeps the order", () => {
    const { inbox, read, endTurn } = createBench();
    for (const item of [1, 2, 3]) inbox.put(item);
    expect(read).toEqual([1]);
    endTurn();
    expect(read).toEqual([1, 2, 3]);
  });

  it("reads little while the kernel has more, and all of it afterwards", () => {
    const { inbox, read, endTurn } = createBench();
    for (let turn = 0; turn < 10; turn++) {
      for (let item = 0; item < 32; item++) inbox.put(turn * 32 + item);
      endTurn();
    }
    expect(read).toHaveLength(81);
    for (let turn = 0; turn < 10; turn++) endTurn();
    expect(read).toEqual(Array.from({ length: 320 }, (_, item) => item));
  });

  it("reads whoever says little within a turn, however much another one sends", () => {
    const { inbox, read, endTurn } = createBench();
    for (let turn = 0; turn < 1000; turn++) {
      for (let item = 0; item < 200; item++) inbox.put(0, "flooder");
      inbox.put(turn + 1, "user");
      endTurn();
      expect(read).toContain(turn + 1);
    }
  });

  it("refuses what does not fit of one sender, and then of all", () => {
    const { inbox, read, refused } = createBench();
    for (let item = 0; item <= MOST_OF_ONE + 2; item++) inbox.put(item);
    expect(read).toEqual([0]);
    expect(refused).toEqual([MOST_OF_ONE + 1, MOST_OF_ONE + 2]);
    for (let sender = MOST_OF_ONE; sender < MOST_OF_ALL; sender++) inbox.put(0, String(sender));
    expect(refused).toHaveLength(2);
    inbox.put(-1, "another");
    expect(refused.at(-1)).toBe(-1);
  });

  it("goes on after an exception", () => {
    const tasks: (() => void)[] = [];
    const read: number[] = [];
    const inbox = createInbox<number>({
      read: (item) => {
        if (item === 2) throw new Error("on purpose");
        read.push(item);
      },
      refuse: () => undefined,
      later: (task) => tasks.push(task),
    });
    for (const item of [1, 2, 3]) inbox.put(item, "one");
    expect(() => tasks.shift()?.()).toThrow("on purpose");
    tasks.shift()?.();
    expect(read).toEqual([1, 3]);
  });

  it("is silent once closed, and leaves nothing running", () => {
    const { inbox, read, endTurn, waiting } = createBench();
    inbox.put(1);
    inbox.put(2);
    inbox.close();
    endTurn();
    inbox.put(3);
    expect(read).toEqual([1]);
    expect(waiting).toEqual([]);
  });
});
