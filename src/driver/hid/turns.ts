/** Begins a task when those before it have ended, well or not, and settles as it does. */
type TakeTurn = <Value>(task: () => Promise<Value>) => Promise<Value>;

/** One thing after the other, for everything that goes out to one device. */
export function createTurns(): TakeTurn {
  let tail: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = tail.then(task);
    tail = turn.catch(() => undefined);
    return turn;
  };
}
