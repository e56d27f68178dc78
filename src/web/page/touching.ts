import type { HTMLAttributes, TargetedPointerEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { touch } from "./connection.tsx";
import type { TouchInfo } from "./protocol.ts";
import { isTap, readSwipe } from "./swipe.ts";
import { after } from "./time.tsx";

interface Touching {
  readonly isDown: boolean;
  readonly handlers: Handlers;
}

type Handlers = Pick<
  HTMLAttributes<HTMLButtonElement>,
  | "onPointerDown"
  | "onPointerMove"
  | "onPointerUp"
  | "onPointerCancel"
  | "onLostPointerCapture"
  | "onContextMenu"
  | "onKeyDown"
  | "onKeyUp"
  | "onBlur"
  | "onClick"
>;

/**
 * A key under a finger, a mouse, a keyboard or a screen reader. Only what really happened is told: a finger that slides
 * off, a scroll that begins on the key or a lost focus takes the touch back, and is never a release.
 */
export function useTouching(device: string, control: string, holdMs: number): Touching {
  const [isDown, setDown] = useState(false);
  const held = useRef<"no" | "key" | "pretended" | { readonly pointer: number }>("no");
  const isBy = ({ pointerId }: PointerEvent) =>
    typeof held.current === "object" && held.current.pointer === pointerId;
  const tell = (kind: Extract<TouchInfo, { kind: "down" | "up" | "cancel" }>["kind"]) =>
    touch(device, control, { kind });
  const begin = (how: Exclude<typeof held.current, "no">) => {
    if (held.current !== "no") return;
    held.current = how;
    setDown(true);
    tell("down");
  };
  const end = (kind: "up" | "cancel") => {
    if (held.current === "no") return;
    held.current = "no";
    setDown(false);
    tell(kind);
  };
  // A key that is taken away under the finger cannot be let go.
  useEffect(() => () => end("cancel"), [device, control]);
  const pretend = (forMs: number) => {
    begin("pretended");
    after(forMs, () => end("up"));
  };
  const handlers: Handlers = {
    onPointerDown: (event) => {
      if (event.button !== 0 || held.current !== "no") return;
      event.currentTarget.setPointerCapture(event.pointerId);
      begin({ pointer: event.pointerId });
    },
    // A hold is taken back as soon as the finger is off the key, or it would be meant before it is let go.
    onPointerMove: (event) => {
      if (isBy(event) && !isInside(event)) end("cancel");
    },
    onPointerUp: (event) => isBy(event) && end(isInside(event) ? "up" : "cancel"),
    onPointerCancel: (event) => isBy(event) && end("cancel"),
    onLostPointerCapture: (event) => isBy(event) && end("cancel"),
    onContextMenu: (event) => event.preventDefault(),
    onKeyDown: (event) => {
      if (event.key === "h" || event.key === "H") pretend(holdMs + 200);
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      if (!event.repeat) begin("key");
    },
    onKeyUp: (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      if (held.current === "key") end("up");
    },
    onBlur: () => {
      if (held.current !== "pretended") end("cancel");
    },
    // Without a pointer and a key, it is a screen reader or another aid that activates the key.
    onClick: (event) => {
      if (event.detail === 0 && held.current === "no") pretend(PRETENDED_TAP_MS);
    },
  };
  return { isDown, handlers };
}

const PRETENDED_TAP_MS = 60;

/** A touch surface that knows taps, holds and swipes by itself, as the hardware does. */
export function useSurface(device: string, control: string): Handlers {
  const start = useRef<Start | undefined>(undefined);
  /** Where the finger came down; another finger on the same strip is nobody's. */
  const startOf = ({ pointerId }: PointerEvent) =>
    start.current?.pointer === pointerId ? start.current : undefined;
  const tell = (how: Extract<TouchInfo, { kind: "touched" }>["how"]) =>
    touch(device, control, { kind: "touched", how });
  const stop = () => {
    start.current?.cancelHold();
    start.current = undefined;
  };
  return {
    onPointerDown: (event) => {
      if (event.button !== 0 || start.current !== undefined) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const cancelHold = after(SURFACE_HOLD_MS, () => {
        start.current = undefined;
        tell("hold");
      });
      start.current = { pointer: event.pointerId, x: event.clientX, y: event.clientY, cancelHold };
    },
    // What moves is a swipe, and what has left the strip is nothing: neither is held.
    onPointerMove: (event) => {
      const from = startOf(event);
      if (from === undefined) return;
      const isStill = isTap(event.clientX - from.x, event.clientY - from.y);
      if (!isStill || !isInside(event)) from.cancelHold();
    },
    onPointerUp: (event) => {
      const from = startOf(event);
      if (from === undefined) return;
      stop();
      const how = readSwipe(event.clientX - from.x, event.clientY - from.y);
      if (how !== undefined) tell(how);
    },
    onPointerCancel: (event) => startOf(event) && stop(),
    onContextMenu: (event) => event.preventDefault(),
    onKeyDown: (event) => {
      const how = surfaceKeys[event.key];
      if (how === undefined || event.repeat) return;
      event.preventDefault();
      tell(how);
    },
    onClick: (event) => {
      if (event.detail === 0) tell("tap");
    },
  };
}

interface Start {
  readonly pointer: number;
  readonly x: number;
  readonly y: number;
  cancelHold(): void;
}

const SURFACE_HOLD_MS = 700;
const surfaceKeys: Readonly<Record<string, "tap" | "hold" | "swipe-left" | "swipe-right">> = {
  Enter: "tap",
  " ": "tap",
  h: "hold",
  ArrowLeft: "swipe-left",
  ArrowRight: "swipe-right",
};

function isInside({ currentTarget, clientX, clientY }: TargetedPointerEvent<HTMLElement>): boolean {
  const { left, right, top, bottom } = currentTarget.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}
