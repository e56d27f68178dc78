import type { Setup } from "../setup-messages.ts";
import { say } from "../words.ts";
import { Note, useAsking } from "./asking.tsx";

interface RoomsProps {
  readonly found: Setup["login"]["answer"];
  readonly chosen: readonly number[];
  choose(ids: readonly number[]): void;
  goOn(offered: Setup["panels"]["answer"]): void;
}

/** Which rooms of the server are to have panels. */
export function Rooms({ found: { rooms }, chosen, choose, goOn }: RoomsProps) {
  const { note, isBusy, send } = useAsking();
  const isAll = chosen.length === rooms.length;
  const toggle = (id: number) =>
    choose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  const find = async (event: Event) => {
    event.preventDefault();
    const answer = await send("panels", {});
    if (answer !== undefined) goOn(answer);
  };
  return (
    <form class="card" onSubmit={(event) => void find(event)} aria-label={say("Rooms")}>
      <h2>{say("Rooms")}</h2>
      <label class="check">
        <input
          type="checkbox"
          checked={isAll}
          onChange={() => choose(isAll ? [] : rooms.map(({ id }) => id))}
        />
        {say("All")}
      </label>
      <ul class="offered">
        {rooms.map(({ id, name }) => (
          <li key={id}>
            <label class="check">
              <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} />
              {name}
            </label>
          </li>
        ))}
      </ul>
      <button type="submit" disabled={isBusy || chosen.length === 0}>
        {say("Find attached panels")}
      </button>
      <Note text={note} />
    </form>
  );
}
