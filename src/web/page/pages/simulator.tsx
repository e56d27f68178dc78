import { useState } from "preact/hooks";
import type { Phrase } from "../../../language/phrases.ts";
import { simulate } from "../connection.tsx";
import { useField } from "../field.ts";
import type { SimulatedRoom, SimulatorAction, SimulatorInfo } from "../protocol.ts";
import { tellStatus } from "../room-words.ts";
import { greeting, readTopic } from "../state.ts";
import { writeElapsed } from "../time.tsx";
import { say, translate } from "../words.ts";

const VERBS: Readonly<Record<string, readonly Phrase[]>> = {
  available: ["start", "lock"],
  recording: ["stop", "pause"],
  paused: ["resume", "stop"],
  locked: ["unlock"],
  prepared: ["start", "lock"],
};

const simulator = readTopic(
  "simulator",
  undefined as SimulatorInfo | undefined,
  (message) => message.simulator,
);

/** The simulated server as it truly is, somebody else who uses it, and everything that can go wrong with it. */
export function Page() {
  const shown = useField(simulator);
  const hello = useField(greeting);
  const mayPress = hello?.mayPress === true;
  const [note, setNote] = useState("");
  const perform = async (deed: SimulatorAction) => setNote((await simulate(deed)).text);
  return (
    <>
      <div class="head">
        <h1>{say("Simulator")}</h1>
        {shown !== undefined && (
          <p class="said">
            {shown.url} · {say(shown.isUp ? "up" : "down")} ·{" "}
            {say("{count} requests", { count: shown.requests })}
          </p>
        )}
        <p class="said problem" role="status">
          {translate(note)}
        </p>
      </div>
      {shown === undefined ? (
        <p class="waiting">
          {hello?.hasSimulator === false
            ? say("There is a simulator only in the demo.")
            : say("Asking the bridge …")}
        </p>
      ) : (
        <div class="simulator">
          <Faults shown={shown} perform={mayPress ? perform : undefined} />
          <div class="room-cards">
            {shown.rooms.map((room) => (
              <RoomCard key={room.id} room={room} perform={mayPress ? perform : undefined} />
            ))}
          </div>
        </div>
      )}
    </>
  );
}

type Perform = ((deed: SimulatorAction) => Promise<void>) | undefined;

function Faults({ shown, perform }: { readonly shown: SimulatorInfo; readonly perform: Perform }) {
  return (
    <section class="card faults" aria-label={say("What goes wrong")}>
      <h2>{say("What goes wrong")}</h2>
      {shown.faults.map(({ id, title, isOn }) => (
        <button
          key={id}
          type="button"
          role="switch"
          aria-checked={isOn}
          disabled={perform === undefined}
          onClick={() => void perform?.({ kind: "fault", id, isOn: !isOn })}
        >
          {translate(title)}
        </button>
      ))}
      <button
        type="button"
        class="button"
        disabled={perform === undefined}
        onClick={() => void perform?.({ kind: "expire-tokens" })}
      >
        {say("End every session of the server")}
      </button>
    </section>
  );
}

function RoomCard({ room, perform }: { readonly room: SimulatedRoom; readonly perform: Perform }) {
  const { id, name, status, recordingName, elapsedSeconds, lastName } = room;
  const isRunning = recordingName !== "";
  return (
    <section
      class="card room-card"
      aria-label={say("Room {name} on the server", { name })}
      data-status={status}
    >
      <header>
        <h2>{name}</h2>
        <span class="badge" data-look={status}>
          {tellStatus(status)}
        </span>
      </header>
      <p class="big-time">{isRunning ? writeElapsed(elapsedSeconds * 1000) : "–"}</p>
      <p class="product">
        {isRunning
          ? recordingName
          : lastName === ""
            ? say("No recording")
            : say("Last: {name}", { name: lastName })}
      </p>
      <Marks room={room} />
      {perform !== undefined && (
        <p class="somebody">
          <span>{say("Somebody else:")}</span>{" "}
          {(VERBS[status] ?? []).map((what) => (
            <button
              key={what}
              type="button"
              onClick={() => void perform({ kind: "somebody-else", room: id, what })}
            >
              {say(what)}
            </button>
          ))}
        </p>
      )}
    </section>
  );
}

/** The newest ones of the recording that runs, else of the last one. */
function Marks({ room: { name, marks } }: { readonly room: SimulatedRoom }) {
  if (marks.length === 0) return null;
  return (
    <ul class="mark-list" aria-label={say("Marks of {name}", { name })}>
      {marks.map((mark, index) => (
        <li key={`${index} ${mark.timeSeconds} ${mark.text}`}>
          <span class="mark-colour" style={{ background: mark.color }} aria-hidden="true" />
          <code>{writeElapsed(mark.timeSeconds * 1000)}</code> {mark.text}
        </li>
      ))}
    </ul>
  );
}
