import { useState } from "preact/hooks";
import { simulate } from "../connection.tsx";
import { useField } from "../field.ts";
import type { SimulatedRoom, SimulatorAction, SimulatorInfo } from "../protocol.ts";
import { tellStatus } from "../room-words.ts";
import { greeting, readTopic } from "../state.ts";
import { writeElapsed } from "../time.tsx";

const VERBS: Readonly<Record<string, readonly string[]>> = {
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
  const mayPress = useField(greeting)?.mayPress === true;
  const [note, setNote] = useState("");
  if (shown === undefined) return <p class="waiting">There is a simulator only in the demo.</p>;
  const perform = async (deed: SimulatorAction) => setNote((await simulate(deed)).text);
  return (
    <>
      <div class="head">
        <h1>Simulator</h1>
        <p class="said">
          {shown.url} · {shown.isUp ? "up" : "down"} · {shown.requests} requests
        </p>
        <p class="said problem" role="status">
          {note}
        </p>
      </div>
      <div class="simulator">
        <section class="card faults" aria-label="What goes wrong">
          <h2>What goes wrong</h2>
          {shown.faults.map(({ id, title, isOn }) => (
            <button
              key={id}
              type="button"
              role="switch"
              aria-checked={isOn}
              disabled={!mayPress}
              onClick={() => void perform({ kind: "fault", id, isOn: !isOn })}
            >
              {title}
            </button>
          ))}
          <button
            type="button"
            class="button"
            disabled={!mayPress}
            onClick={() => void perform({ kind: "expire-tokens" })}
          >
            End every session of the server
          </button>
        </section>
        <div class="room-cards">
          {shown.rooms.map((room) => (
            <RoomCard key={room.id} room={room} perform={mayPress ? perform : undefined} />
          ))}
        </div>
      </div>
    </>
  );
}

function RoomCard(props: {
  readonly room: SimulatedRoom;
  readonly perform: ((deed: SimulatorAction) => Promise<void>) | undefined;
}) {
  const { room, perform } = props;
  const { id, name, status, recordingName, elapsedSeconds, marks } = room;
  return (
    <section class="card room-card" aria-label={`Room ${name} on the server`} data-status={status}>
      <header>
        <h2>{name}</h2>
        <span class="badge" data-look={status}>
          {tellStatus(status)}
        </span>
      </header>
      <p class="big-time">{recordingName === "" ? "–" : writeElapsed(elapsedSeconds * 1000)}</p>
      <p class="product">{recordingName === "" ? "No recording" : recordingName}</p>
      {marks.length > 0 && (
        <ul class="mark-list">
          {marks.map((mark) => (
            <li key={`${mark.timeSeconds} ${mark.text}`}>
              <code>{writeElapsed(mark.timeSeconds * 1000)}</code> {mark.text}
            </li>
          ))}
        </ul>
      )}
      {perform !== undefined && (
        <p class="somebody">
          Somebody else:{" "}
          {(VERBS[status] ?? []).map((what) => (
            <button
              key={what}
              type="button"
              onClick={() => void perform({ kind: "somebody-else", room: id, what })}
            >
              {what}
            </button>
          ))}
        </p>
      )}
    </section>
  );
}
