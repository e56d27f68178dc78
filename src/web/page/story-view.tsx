import type { Story, StoryStep, Verdict } from "./protocol.ts";
import { writeClockTime, writeDuration } from "./time.tsx";

/** One story: what it was, how it ended, and each step with its time since the touch. */
export function StoryView({ story }: { readonly story: Story }) {
  const { title, wallMs, verdict, steps, peer, rooms } = story;
  const lastMs = steps.at(-1)?.afterMs ?? 0;
  return (
    <li class="card story" data-verdict={verdict}>
      <header>
        <time>{writeClockTime(wallMs)}</time>
        <h2>{title}</h2>
        {rooms.map((room) => (
          <span class="tag" key={room}>
            {room}
          </span>
        ))}
        {peer !== undefined && <span class="tag">{peer}</span>}
        {verdict !== "news" && (
          <span class="verdict" data-verdict={verdict}>
            {verdicts[verdict]}
          </span>
        )}
      </header>
      {steps.length > 0 && (
        <ol class="steps">
          {steps.map((step, index) => (
            <Step key={`${step.what} ${index}`} step={step} lastMs={lastMs} />
          ))}
        </ol>
      )}
    </li>
  );
}

/** The bar shows when it was, as a share of the whole story; square roots, since answers take far longer than requests. */
function Step({ step, lastMs }: { readonly step: StoryStep; readonly lastMs: number }) {
  const { what, text, afterMs } = step;
  const share = lastMs === 0 ? 0 : Math.sqrt(afterMs / lastMs);
  return (
    <li data-what={what}>
      <span class="after">{afterMs === 0 ? "0" : writeDuration(afterMs)}</span>
      <span class="track" aria-hidden="true">
        <i style={{ left: `${Math.min(100, share * 100)}%` }} />
      </span>
      <span class="said">{text}</span>
    </li>
  );
}

const verdicts: Readonly<Record<Verdict, string>> = {
  open: "under way",
  done: "done",
  refused: "refused",
  failed: "failed",
  news: "",
  trouble: "trouble",
};
