import { keepNewest } from "../../src/base/memory.ts";
import type { LinkMessage, Peer, PeerId } from "../../src/driver/contract.ts";

/** The way back to one peer. */
export interface Route {
  readonly peer: Peer;
  /** Never throws; to a peer that has gone it does nothing. */
  send(message: LinkMessage): void;
  /** The same machine at another port; undefined for streams, which have no other port. */
  redirected?(port: number): Route;
}

/** Routes by peer. Datagram peers never part, so the one that was silent longest makes room. */
export interface RouteBook {
  find(peer: PeerId): Route | undefined;
  /** Finds the route and marks it as used, or makes and keeps a new one. */
  keep<Kept extends Route>(peer: PeerId, create: () => Kept): Kept;
}

/** Most datagram peers that are remembered at a time. */
export const MOST_ROUTES = 1000;

/** An empty book. */
export function createRouteBook(): RouteBook {
  // A map keeps the order of insertion: the first is the one that was used longest ago.
  const routes = new Map<PeerId, Route>();
  let latest: PeerId | undefined;

  function use(peer: PeerId, route: Route): void {
    if (peer === latest) return;
    routes.delete(peer);
    routes.set(peer, route);
    latest = peer;
  }

  return {
    find(peer) {
      const route = routes.get(peer);
      if (route !== undefined) use(peer, route);
      return route;
    },
    keep<Kept extends Route>(peer: PeerId, create: () => Kept): Kept {
      const known = routes.get(peer) as Kept | undefined;
      const route = known ?? create();
      use(peer, route);
      keepNewest(routes, MOST_ROUTES);
      return route;
    },
  };
}
