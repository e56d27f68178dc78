import { useEffect, useRef } from "preact/hooks";
import { touch } from "./connection.tsx";
import { type ControlWords, nameControl, tellGesture } from "./control-words.ts";
import { useField } from "./field.ts";
import { mountImage } from "./pictures.ts";
import type { ControlInfo } from "./protocol.ts";
import { lampOf } from "./state.ts";
import { useSurface, useTouching } from "./touching.ts";

interface ControlProps {
  readonly device: string;
  readonly control: ControlInfo;
  readonly words: ControlWords;
  readonly holdMs: number;
  readonly mayPress: boolean;
  /** Whether it does or shows anything. */
  readonly isUsed: boolean;
  /** What it would do, for a device that is not there and shows nothing. */
  readonly planned: string | undefined;
}

/** A control as it looks and feels on the device. */
export function Control(props: ControlProps) {
  const { control, mayPress } = props;
  if (!mayPress || control.input === "none" || control.input === "pulse") return <OnlyShown {...props} />;
  switch (control.input) {
    case "encoder":
    case "push-encoder":
      return <Dial {...props} />;
    case "touch":
      return <Surface {...props} />;
    case "fader":
      return <Fader {...props} />;
    default:
      return <Key {...props} />;
  }
}

function OnlyShown(props: ControlProps) {
  const { control, words, isUsed } = props;
  return (
    <div class={`control ${shapeOf(control)}`} role="img" aria-label={nameControl(words)} data-used={isUsed}>
      <Face {...props} />
    </div>
  );
}

function Key(props: ControlProps) {
  const { device, control, words, holdMs, isUsed } = props;
  const { isDown, handlers } = useTouching(device, control.id, holdMs);
  return (
    <button
      type="button"
      class={`control ${shapeOf(control)}`}
      data-control={control.id}
      data-down={isDown}
      data-used={isUsed}
      aria-label={nameControl(words)}
      aria-keyshortcuts="Enter Space H"
      {...handlers}
    >
      <Face {...props} />
    </button>
  );
}

function Dial(props: ControlProps) {
  const { device, control, words, holdMs } = props;
  const { isDown, handlers } = useTouching(device, control.id, holdMs);
  const turn = (detents: number) => touch(device, control.id, { kind: "turned", detents });
  const turnByKey = (event: KeyboardEvent) => {
    const detents = turningKeys[event.key];
    if (detents === undefined) return false;
    event.preventDefault();
    turn(detents);
    return true;
  };
  return (
    <fieldset class="dial" aria-label={words.label}>
      <button
        type="button"
        class="turn"
        aria-label={`${words.label}, ${tellGesture("turn-left")}`}
        onClick={() => turn(-1)}
      >
        ‹
      </button>
      <button
        type="button"
        class="control knob"
        data-control={control.id}
        data-down={isDown}
        aria-label={nameControl(words)}
        aria-keyshortcuts="Enter Space H ArrowLeft ArrowRight"
        {...handlers}
        onKeyDown={(event) => turnByKey(event) || handlers.onKeyDown?.(event)}
        onWheel={(event) => turn(event.deltaY > 0 ? 1 : -1)}
      >
        {hasRoom(control) ? <Shown {...props} /> : <Face {...props} />}
      </button>
      <button
        type="button"
        class="turn"
        aria-label={`${words.label}, ${tellGesture("turn-right")}`}
        onClick={() => turn(1)}
      >
        ›
      </button>
      {hasRoom(control) && <Words words={words} />}
    </fieldset>
  );
}

function Surface(props: ControlProps) {
  const { device, control, words } = props;
  const handlers = useSurface(device, control.id);
  return (
    <button
      type="button"
      class={`control ${shapeOf(control)}`}
      data-control={control.id}
      aria-label={nameControl(words)}
      aria-keyshortcuts="Enter H ArrowLeft ArrowRight"
      {...handlers}
    >
      <Face {...props} />
    </button>
  );
}

function Fader(props: ControlProps) {
  const { device, control, words } = props;
  return (
    <div class="slider">
      <Words words={words} />
      <input
        type="range"
        class="control fader"
        min="0"
        max="1"
        step="0.01"
        aria-label={nameControl(words)}
        onInput={(event) =>
          touch(device, control.id, { kind: "moved", fraction: event.currentTarget.valueAsNumber })
        }
      />
    </div>
  );
}

function Face(props: ControlProps) {
  const { control, words } = props;
  if (control.output === "image") return <Shown {...props} />;
  return (
    <>
      <Shown {...props} />
      {hasRoom(control) ? <Words words={words} /> : <span class="plain-face">{words.label}</span>}
    </>
  );
}

/** What the device shows on it. */
function Shown({ device, control, planned }: ControlProps) {
  if (control.output === "none") return null;
  if (control.output !== "image") return <Lamp device={device} control={control} />;
  if (planned === undefined) return <Picture device={device} control={control} />;
  return <Plan control={control} does={planned} />;
}

/** Whether there is room on it for more than its name. */
function hasRoom({ area }: ControlInfo): boolean {
  return area !== "dials" && area !== "sensors";
}

/** What it does and how it stands, where no picture tells. A screen reader has the same in the control's name. */
function Words({ words: { label, does, state } }: Pick<ControlProps, "words">) {
  return (
    <span class="face-words" aria-hidden="true">
      <b>{label}</b>{" "}
      {does.map((one) => (
        <span key={one}>{one} </span>
      ))}
      {state !== "" && <small>{state}</small>}
    </span>
  );
}

/** The place of a picture that nothing shows. */
function Plan({ control, does }: { readonly control: ControlInfo; readonly does: string }) {
  return (
    <span class="plan" style={{ aspectRatio: `${control.widthPx} / ${control.heightPx}` }}>
      <span>{does}</span>
    </span>
  );
}

function Picture({ device, control }: Pick<ControlProps, "device" | "control">) {
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    if (image.current === null) return undefined;
    return mountImage(device, control.id, image.current);
  }, [device, control.id]);
  return (
    <img
      ref={image}
      alt=""
      decoding="sync"
      draggable={false}
      width={control.widthPx}
      height={control.heightPx}
    />
  );
}

function Lamp({ device, control }: Pick<ControlProps, "device" | "control">) {
  const lamp = useField(lampOf(device, control.id));
  const { color = "#000000", blink = "steady", text } = lamp ?? {};
  if (text !== undefined || control.output === "text") return <span class="text-face">{text ?? ""}</span>;
  const isLit = color !== "#000000";
  return (
    <span
      class="lamp"
      data-blink={isLit ? blink : "steady"}
      data-lit={isLit}
      style={{ "--lamp": isLit ? color : "transparent" }}
      aria-hidden="true"
    />
  );
}

const turningKeys: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
};

function shapeOf({ output, area }: ControlInfo): string {
  if (area === "pedals") return "pedal";
  if (area === "sensors") return "sensor";
  if (output === "image") return area === "strip" ? "segment" : "key";
  return "plain-button";
}
