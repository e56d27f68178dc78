import type { RequestListener } from "node:http";
import type { Socket } from "node:net";

/**
 * The same, of each connection one request at a time: who asks again before the answer is there (pipelining, RFC 9112, 9.3.2) is
 * cut off. No browser does so, and a piece of 64 KiB may have a thousand requests in it, which Node hands over all at once.
 */
export function oneAtATime(serve: RequestListener): RequestListener {
  const asking = new WeakSet<Socket>();
  return (request, response) => {
    const { socket } = request;
    if (socket.destroyed) return;
    if (asking.has(socket)) {
      socket.destroy();
      return;
    }
    asking.add(socket);
    response.once("close", () => asking.delete(socket));
    serve(request, response);
  };
}
