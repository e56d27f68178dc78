import type { RequestListener } from "node:http";
import type { Socket } from "node:net";
import { networkOf } from "../base/address-list.ts";
import type { Clock } from "../base/clock.ts";
import { oneAtATime } from "../base/one-at-a-time.ts";
import { RateLimiter } from "../base/rate-limiter.ts";
import { type Place, Places } from "./places.ts";
import { Turns } from "./turns.ts";

/** Beside the pages that are open. */
const MOST_CONNECTIONS = 256;
/** Several pages that are loaded at once, then far more than people do. A proxy is one address. */
const OF_AN_ADDRESS = { perSecond: 200, burst: 400 };
const OF_ALL = { perSecond: 1000, burst: 2000 };
const HELD_BACK_MS = 500;

interface Connections {
  /** As `serve`; who asks too often is answered late. */
  readonly serve: RequestListener;
  /** Gives a new connection its place, or cuts it. */
  take(socket: Socket): void;
  /** It is a page's web socket now, and counted with those. */
  release(socket: Socket): void;
}

/** Whoever reaches the port, with or without a token: their places, and how often they are answered. */
export function watchConnections(serve: RequestListener, clock: Clock): Connections {
  const places = new Places(MOST_CONNECTIONS);
  const taken = new Map<string, Place>();
  const turns = new Turns(clock);
  const ofAddress = new RateLimiter(OF_AN_ADDRESS, clock);
  const ofAll = new RateLimiter(OF_ALL, clock);
  const isTooOften = ({ remoteAddress = "" }: Socket) =>
    !ofAddress.take(networkOf(remoteAddress)) || !ofAll.take("all");
  return {
    serve: oneAtATime((request, response) => {
      const place = taken.get(nameOf(request.socket));
      const answer = () => {
        if (response.destroyed) return;
        place?.asks();
        response.once("close", () => place?.rests());
        serve(request, response);
      };
      const answerInTurn = () => turns.ask(request, answer);
      if (isTooOften(request.socket)) clock.after(HELD_BACK_MS, answerInTurn);
      else answerInTurn();
    }),
    take(socket) {
      const name = nameOf(socket);
      const place = places.take(socket.remoteAddress ?? "", () => socket.destroy());
      if (place === undefined) {
        socket.destroy();
        return;
      }
      taken.set(name, place);
      socket.once("close", () => {
        place.leave();
        taken.delete(name);
      });
    },
    release: (socket) => taken.get(nameOf(socket))?.leave(),
  };
}

/** The same for a connection as it is seen with its encryption and without. */
function nameOf({ remoteAddress = "", remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
