import { useEffect, useRef } from "preact/hooks";
import { ask, follow } from "./connection.tsx";
import { useField } from "./field.ts";
import type { MarkInfo, MarksInfo } from "./protocol.ts";
import { complaint, greeting, marks } from "./state.ts";
import { writeElapsed, writeMoment } from "./time.tsx";

/** Marks that are not on their server: those that wait, and those that it would not take. */
export function MarksCard() {
  const all = useField(marks);
  const mayPress = useField(greeting)?.mayPress === true;
  const summary = useRef<HTMLParagraphElement>(null);
  useEffect(() => follow("marks"), []);
  const settle = async (mark: string) => {
    const { isFine, text } = await ask({ type: "settle", mark });
    // The line goes, and with it the button that has the focus.
    summary.current?.focus();
    if (!isFine) complaint.set(text);
  };
  return (
    <section class="card wide" aria-label="Marks">
      <h2>Marks</h2>
      <p class="said" role="status" tabIndex={-1} ref={summary}>
        {all === undefined ? "Asking the bridge …" : summarize(all)}
      </p>
      {all !== undefined && all.newest.length > 0 && (
        <ul class="device-list">
          {all.newest.map((mark) => (
            <MarkLine key={mark.id} mark={mark} settle={mayPress ? settle : undefined} />
          ))}
        </ul>
      )}
    </section>
  );
}

function summarize({ waiting, refused, newest }: MarksInfo): string {
  if (waiting + refused === 0) return "No mark is waiting, and none that was refused is left to see to.";
  const left = waiting + refused - newest.length;
  const rest = left > 0 ? ` The newest of them; ${left} more are in valt-bridge journal marks.` : "";
  return `${refused} refused, ${waiting} waiting to be delivered.${rest}`;
}

function MarkLine(props: {
  readonly mark: MarkInfo;
  readonly settle: ((mark: string) => Promise<void>) | undefined;
}) {
  const { mark, settle } = props;
  const { id, state, room, text, pressedWallMs, timeSeconds, recording, by, why } = mark;
  const isRefused = state === "refused";
  const place =
    timeSeconds === undefined ? "at a time not known yet" : `at ${writeElapsed(timeSeconds * 1000)}`;
  return (
    <li data-state={isRefused ? "failed" : "opening"}>
      <span class="mark" aria-hidden="true">
        {isRefused ? "✕" : "…"}
      </span>
      <div>
        <b>{text}</b> <span class="tag">{room}</span> {state}
        {why !== "" && `: ${why}`}
        <p class="remedy">
          Pressed {writeMoment(pressedWallMs)}, {place} of recording {recording}, by {by}
        </p>
        {isRefused && settle !== undefined && (
          <button
            type="button"
            aria-label={`Settle the mark ${text} in ${room}`}
            onClick={() => void settle(id)}
          >
            Settle
          </button>
        )}
      </div>
    </li>
  );
}
