import { describe, expect, it } from "vitest";
import { createInbox, LONGEST_QUEUE } from "../../../devices/osc/inbox.ts";

function createBench() {
  const read: number[] = [];
  const refused: number[] = [];
  const tasks: (() => void)[] = [];
  const inbox = createInbox<number>({
    read: (item) => read.push(item),
    refuse: (item) => refused.push(item),
    later: (task) => tasks.push(task),
  });
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

  it("reads nothing while the kernel has more, and all of it afterwards", () => {
    const { inbox, read, endTurn } = createBench();
    for (let turn = 0; turn < 10; turn++) {
      for (let item = 0; item < 32; item++) inbox.put(turn * 32 + item);
      endTurn();
    }
    expect(read).toEqual([0]);
    for (let turn = 0; turn < 10; turn++) endTurn();
    expect(read).toEqual(Array.from({ length: 320 }, (_, item) => item));
  });

  it("does not put the work off for ever under a steady flood", () => {
    const { inbox, read, endTurn } = createBench();
    for (let turn = 0; turn < 70; turn++) {
      for (let item = 0; item < 32; item++) inbox.put(item);
      endTurn();
    }
    expect(read.length).toBeGreaterThan(1);
  });

  it("refuses what does not fit", () => {
    const { inbox, read, refused } = createBench();
    for (let item = 0; item <= LONGEST_QUEUE + 5; item++) inbox.put(item);
    expect(read).toEqual([0]);
    expect(refused).toEqual([1, 2, 3, 4, 5].map((over) => LONGEST_QUEUE + over));
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
