import { describe, expect, it } from "vitest";
import { createRouteBook, MOST_ROUTES, type Route } from "../../../devices/osc/route.ts";
import { peerId } from "../../../src/driver/contract.ts";

function route(name: string): Route {
  const peer = { id: peerId(name), address: "10.0.0.7", reach: "network", delivery: "datagram" } as const;
  return { peer, send: () => undefined };
}

function fill(count: number) {
  const book = createRouteBook();
  for (let index = 0; index < count; index++)
    book.keep(peerId(`peer-${index}`), () => route(`peer-${index}`));
  return book;
}

describe("the book of routes", () => {
  it("makes a route once", () => {
    const book = fill(1);
    const again = book.keep(peerId("peer-0"), () => route("never made"));
    expect(again.peer.id).toBe("peer-0");
  });

  it("lets the route go that was used longest ago", () => {
    const book = fill(MOST_ROUTES);
    expect(book.find(peerId("peer-0"))).toBeDefined();
    book.keep(peerId("new"), () => route("new"));
    expect(book.find(peerId("peer-1"))).toBeUndefined();
    expect(book.find(peerId("peer-0"))).toBeDefined();
    expect(book.find(peerId("new"))).toBeDefined();
  });
});
