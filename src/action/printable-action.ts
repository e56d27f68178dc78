import { printable } from "../base/printable.ts";
import type { Action, RecordingWish } from "./action.ts";

/** What an action writes onto the server can be shown anywhere, whatever a control system or a card put into it. */
export function toPrintable(action: Action): Action {
  switch (action.kind) {
    case "mark":
      return { ...action, text: printable(action.text) };
    case "start":
    case "toggle":
      return { ...action, recording: toPrintableWish(action.recording) };
    default:
      return action;
  }
}

function toPrintableWish({ name, template, ...wish }: RecordingWish): RecordingWish {
  const fields = Object.entries(template ?? {}).map(([field, text]) => [field, printable(text)]);
  return {
    ...wish,
    ...(name === undefined ? {} : { name: printable(name) }),
    ...(template === undefined ? {} : { template: Object.fromEntries(fields) }),
  };
}
