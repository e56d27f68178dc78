import { type Clock, settledWithin } from "../base/clock.ts";

/** The writing side of a socket. */
interface Ending {
  end(): unknown;
}

/** An answer comes within three seconds, or with the words that there is none yet. */
const LONGEST_WAIT_MS = 4000;

/**
 * A peer may end its side after its last word and still listen, as a script does that sends one command. Ends the other
 * side once it has been answered, or after four seconds.
 */
export function endOnceAnswered(socket: Ending, clock: Clock, answered: Promise<void> | undefined): void {
  void settledWithin(clock, Promise.resolve(answered), LONGEST_WAIT_MS).then(() => socket.end());
}
