import type { ControlDescription, ControlEvent, ControlId } from "../../src/driver/contract.ts";

interface Place {
  readonly column: number;
  readonly row: number;
}

/**
 * Turns presses that may be ghosts into keys that are held. Keys hang on a matrix of wires: where three corners of a
 * rectangle are down, the fourth reads as down as well, in the same report or a later one. Which of several was
 * touched cannot be told, so none of them counts until it was up. Seen on decks of 15 and 32 keys; which other models
 * have such a matrix is unverified, so every deck of several rows counts as one.
 */
export function createGhostGuard(
  controls: readonly ControlDescription[],
): (events: readonly ControlEvent[]) => readonly ControlEvent[] {
  const keys = new Map<ControlId, Place>(
    controls.flatMap(({ id, place }) => (place.area === "keys" ? [[id, place]] : [])),
  );
  const isMatrix =
    new Set([...keys.values()].map(({ row }) => row)).size > 1 &&
    new Set([...keys.values()].map(({ column }) => column)).size > 1;
  const down = new Map<ControlId, Place>();
  const isDown = (column: number, row: number) =>
    [...down.values()].some((place) => place.column === column && place.row === row);

  function closesRectangle({ column, row }: Place): boolean {
    return [...down.values()].some(
      (opposite) =>
        opposite.column !== column &&
        opposite.row !== row &&
        isDown(column, opposite.row) &&
        isDown(opposite.column, row),
    );
  }

  function follow({ kind, control }: ControlEvent): void {
    const place = keys.get(control);
    if (kind === "up") down.delete(control);
    else if (place !== undefined) down.set(control, place);
  }

  return (events) => {
    if (!isMatrix) return events;
    for (const event of events) follow(event);
    const fresh = events.filter(({ kind, control }) => kind === "down" && keys.has(control));
    const isGhost = (event: ControlEvent) => {
      const place = keys.get(event.control);
      return event.kind === "down" && place !== undefined && (fresh.length > 1 || closesRectangle(place));
    };
    return events.map((event) => (isGhost(event) ? { kind: "held", control: event.control } : event));
  };
}
