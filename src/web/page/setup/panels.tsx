import { useEffect, useState } from "preact/hooks";
import type { Setup } from "../setup-messages.ts";
import { after } from "../time.tsx";
import { say, translate } from "../words.ts";
import { ask, Note, useAsking } from "./asking.tsx";

interface PanelsProps {
  readonly site: number;
  readonly rooms: Setup["login"]["answer"]["rooms"];
  readonly offered: Setup["panels"]["answer"];
  done(written: Setup["write"]["answer"]): void;
}

/** Which panel is in which room, what there is beside panels, and the last word. */
export function Panels({ site, rooms, offered, done }: PanelsProps) {
  const { panels: attached, others: kinds } = offered;
  /** By the room's number, the panel's name. */
  const [panels, setPanels] = useState<Readonly<Record<number, string>>>({});
  const serve = (room: number, panel: string) => setPanels((before) => ({ ...before, [room]: panel }));
  const [asked, setAsked] = usePressed(serve);
  const [others, setOthers] = useState(usualAnswers(offered));
  const [keepPassword, setKeep] = useState(true);
  const { note, isBusy, send } = useAsking();
  const write = async (event: Event) => {
    event.preventDefault();
    const served = attached.map((name) => ({
      name,
      rooms: rooms.filter(({ id }) => panels[id] === name).map(({ id }) => id),
    }));
    const ids = rooms.map(({ id }) => id);
    const answer = await send("write", { site, rooms: ids, panels: served, others, keepPassword });
    if (answer !== undefined) done(answer);
  };
  return (
    <form class="card" onSubmit={(event) => void write(event)} aria-label={say("Panels")}>
      <h2>{say("Panels")}</h2>
      {offered.missing.map((line) => (
        <p key={line} class="problem">
          {line}
        </p>
      ))}
      {attached.length === 0 && <p class="empty">{say("No panel is attached.")}</p>}
      {attached.length > 0 &&
        rooms.map(({ id, name }) => (
          <p key={id} class="choices">
            <label>
              {say("Panel for {room}", { room: name })}
              <select
                value={panels[id] ?? ""}
                onChange={({ currentTarget }) => serve(id, currentTarget.value)}
              >
                <option value="">{say("none")}</option>
                {attached.map((one) => (
                  <option key={one} value={one}>
                    {one}
                  </option>
                ))}
              </select>
            </label>
            <button
              type="button"
              aria-pressed={asked === id}
              aria-label={`${name}: ${say("Find it by a press")}`}
              onClick={() => setAsked(asked === id ? undefined : id)}
            >
              {asked === id
                ? say("Press a key on the panel for {room}", { room: name })
                : say("Find it by a press")}
            </button>
          </p>
        ))}
      {kinds.map(({ kind, question, usual }) => (
        <Other
          key={kind}
          question={translate(question)}
          isYesOrNo={isYesOrNo(usual)}
          value={others[kind] ?? ""}
          answer={(value) => setOthers({ ...others, [kind]: value })}
        />
      ))}
      <label class="check">
        <input
          type="checkbox"
          checked={keepPassword}
          onChange={({ currentTarget }) => setKeep(currentTarget.checked)}
        />
        {say("Keep the password in a file that only this account may read.")}
      </label>
      <button type="submit" disabled={isBusy}>
        {say("Write the mapping and begin")}
      </button>
      <Note text={note} />
    </form>
  );
}

/** A page in the browser where no panel is attached. */
function usualAnswers({ panels, others }: Setup["panels"]["answer"]): Record<string, string> {
  const isNeeded = panels.length === 0;
  return Object.fromEntries(
    others.map(({ kind, usual }) => [kind, isYesOrNo(usual) && !isNeeded ? "n" : usual]),
  );
}

function isYesOrNo(usual: string): boolean {
  return usual === "y" || usual === "n";
}

const PRESSED_EVERY_MS = 400;

/** The room whose panel is to be pressed, and how to ask for it. */
function usePressed(serve: (room: number, panel: string) => void) {
  const [asked, setAsked] = useState<number>();
  useEffect(() => {
    if (asked === undefined) return undefined;
    let isOver = false;
    let cancel: () => void = () => undefined;
    const look = async () => {
      const answer = await ask("pressed", {});
      if (isOver) return;
      if (!("failure" in answer) && answer.panel !== "") {
        serve(asked, answer.panel);
        setAsked(undefined);
        return;
      }
      cancel = after(PRESSED_EVERY_MS, () => void look());
    };
    // What was pressed before counts for nothing.
    void ask("pressed", {}).then(() => isOver || void look());
    return () => {
      isOver = true;
      cancel();
    };
  }, [asked]);
  return [asked, setAsked] as const;
}

interface OtherProps {
  readonly question: string;
  readonly isYesOrNo: boolean;
  readonly value: string;
  answer(value: string): void;
}

/** A device that is not attached. */
function Other({ question, isYesOrNo, value, answer }: OtherProps) {
  if (isYesOrNo)
    return (
      <label class="check">
        <input
          type="checkbox"
          checked={value === "y"}
          onChange={({ currentTarget }) => answer(currentTarget.checked ? "y" : "n")}
        />
        {question}
      </label>
    );
  return (
    <label>
      {question}
      <input value={value} autocomplete="off" onInput={({ currentTarget }) => answer(currentTarget.value)} />
    </label>
  );
}
