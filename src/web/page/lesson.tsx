import { useEffect, useState } from "preact/hooks";
import type { Phrase } from "../../language/phrases.ts";
import { ask, say as tell } from "./connection.tsx";
import { tellLabel } from "./control-words.ts";
import { Copy } from "./copy.tsx";
import { useField } from "./field.ts";
import type { HeardInfo, LessonInfo } from "./protocol.ts";
import { readTopic } from "./state.ts";
import { say, translate } from "./words.ts";

const MOST_HEARD = 12;

type Ended = Extract<LessonInfo, { readonly ended: unknown }>["ended"];

interface Known {
  readonly device: string;
  /** Newest first. */
  readonly heard: readonly HeardInfo[];
  readonly ended?: Ended;
}

/** What came since the device began to be learnt, and how that ended. */
const lesson = readTopic("lesson", undefined as Known | undefined, ({ lesson: told }, before) => {
  const heard = before?.device === told.device ? before.heard : [];
  if ("ended" in told) return { device: told.device, heard, ended: told.ended };
  return { device: told.device, heard: [told.heard, ...heard].slice(0, MOST_HEARD) };
});

/** Press a control and see its name: what it reports does nothing meanwhile. It ends with the page. */
export function Lesson(props: { readonly device: string; readonly hasLink: boolean }) {
  const { device, hasLink } = props;
  const [isOn, setOn] = useState(false);
  const [refusal, setRefusal] = useState("");
  const known = useField(lesson);
  const own = known?.device === device ? known : undefined;
  const isLearning = isOn && own?.ended === undefined;
  useEffect(() => (isOn ? () => tell({ type: "learn", request: 0, device: "" }) : undefined), [isOn]);
  const change = async () => {
    setRefusal("");
    if (isLearning) return setOn(false);
    lesson.set({ device, heard: [] });
    const { isFine, text } = await ask({ type: "learn", device });
    setOn(isFine);
    if (!isFine) setRefusal(translate(text));
  };
  const ended = isLearning || own?.ended === undefined ? "" : say(endings[own.ended]);
  return (
    <div class="lesson">
      <button type="button" aria-pressed={isLearning} onClick={() => void change()}>
        {isLearning ? say("End learning") : say("Learn {device}", { device })}
      </button>
      <p class="said" role="status">
        {isLearning ? explain(device, hasLink) : refusal || ended}
      </p>
      {own !== undefined && own.heard.length > 0 && <Heard device={device} heard={own.heard} />}
    </div>
  );
}

function explain(device: string, hasLink: boolean): string {
  return [
    say("Press a control of {device}. Its presses do nothing meanwhile, and its keys say so.", { device }),
    hasLink ? say("Its messages are shown and still carried out: only its keys are silent.") : "",
    say("It ends by itself after a minute without a press, and when this page is left."),
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

const endings: Readonly<Record<Ended, Phrase>> = {
  ended: "Learning has ended.",
  quiet: "Learning has ended: nothing was pressed for a minute.",
  gone: "Learning has ended: the panel is not there any more.",
  locked: "Learning has ended: the panel has locked itself.",
};

function Heard({ device, heard }: { readonly device: string; readonly heard: readonly HeardInfo[] }) {
  const lines = [...new Map(heard.map(({ control, snippet }) => [control, snippet])).values()];
  const pasted = lines
    .filter((line) => line !== "")
    .toReversed()
    .join(",\n");
  return (
    <>
      <ol class="heard" aria-label={say("What came, newest first")}>
        {heard.map(({ control, label, shape, event, value }, index) => (
          <li key={`${heard.length - index} ${control} ${event} ${value}`}>
            <b>{control}</b>
            <span>{label === "" || label === control ? "" : tellLabel(label)}</span>
            <span class="tag">{say(shapes[shape])}</span>
            <span>{say(events[event])}</span>
            <code>{value}</code>
          </li>
        ))}
      </ol>
      {pasted !== "" && (
        <div class="to-paste">
          <p>
            {say("To paste into the mapping, under {device}:", { device })}{" "}
            <Copy text={pasted} label={say("Copy these lines")} />
          </p>
          <pre>{pasted}</pre>
        </div>
      )}
    </>
  );
}

const shapes: Readonly<Record<HeardInfo["shape"], Phrase>> = {
  button: "button",
  encoder: "dial",
  fader: "fader",
  touch: "touch surface",
  pulse: "signal",
  none: "lamp or display",
  message: "message",
};

const events: Readonly<Record<HeardInfo["event"], Phrase>> = {
  held: "pressed",
  down: "pressed",
  up: "released",
  turned: "turned",
  moved: "moved",
  touched: "touched",
  pulsed: "came",
  message: "came",
};
