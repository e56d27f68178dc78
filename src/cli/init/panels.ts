import type { ControlEvent, OpenDevice } from "../../driver/contract.ts";
import type { Surroundings } from "../environment.ts";
import { findDevices, type LearnedDevice } from "../learn/devices.ts";
import { nullHost } from "../mapping/panels.ts";
import { complain, print } from "../terminal.ts";
import type { DraftRoom } from "./draft.ts";
import type { Questions } from "./questions.ts";

/** Which rooms each panel serves. */
type Assignment = ReadonlyMap<LearnedDevice, readonly DraftRoom[]>;

/** As options say it: `CL12345=exam-3`, a panel by number, name or serial number, and a room by its word or number. */
export async function assignByOptions(
  pairs: readonly string[],
  rooms: readonly DraftRoom[],
  surroundings: Surroundings,
): Promise<Assignment | string> {
  const assigned = new Map<LearnedDevice, readonly DraftRoom[]>();
  for (const pair of pairs) {
    const cut = pair.lastIndexOf("=");
    const [panel, word] = [pair.slice(0, cut), pair.slice(cut + 1)];
    const room = rooms.find((one) => one.word === word || String(one.id) === word);
    if (cut < 1 || room === undefined)
      return `--panel ${pair}: a panel and one of the rooms, such as 1=${rooms[0]?.word ?? "room"}`;
    const found = (await findDevices([panel], {}, surroundings))[0];
    if (found === undefined)
      return `--panel ${pair}: no such panel is attached (valt-bridge devices lists them)`;
    const known = [...assigned.keys()].find(({ name }) => name === found.name) ?? found;
    assigned.set(known, [...(assigned.get(known) ?? []), room]);
  }
  return assigned;
}

/** Opens all panels, and asks for a press on the panel of each room. */
export async function assignByPresses(
  rooms: readonly DraftRoom[],
  questions: Questions,
  surroundings: Surroundings,
): Promise<Assignment> {
  const { panels, pressed, close } = await openAll(await findDevices([], {}, surroundings), surroundings);
  const assigned = new Map<LearnedDevice, readonly DraftRoom[]>();
  try {
    if (panels.length === 0) return assigned;
    print(`${panels.length} attached: ${panels.map(({ name }) => name).join(", ")}`);
    for (const room of rooms) {
      const text = `Press a key on the panel for ${room.serverName}, or Enter where it has none:`;
      const panel = await questions.race(text, pressed());
      if (typeof panel === "string") continue;
      print(`  ${panel.name} serves ${room.serverName}`);
      assigned.set(panel, [...(assigned.get(panel) ?? []), room]);
    }
    return assigned;
  } finally {
    await close();
  }
}

export interface OpenedPanels {
  readonly panels: readonly LearnedDevice[];
  /** A sentence about each that could not be opened. */
  readonly missing: readonly string[];
  /** The panel of the next press from now on. */
  pressed(): Promise<LearnedDevice>;
  close(): Promise<void>;
}

/** Opens these devices to hear who presses; what cannot be opened is complained about. */
export async function openAll(
  devices: readonly LearnedDevice[],
  { signal }: Surroundings,
): Promise<OpenedPanels> {
  let heard: (device: LearnedDevice) => void = () => undefined;
  const opened: { readonly device: LearnedDevice; readonly open: OpenDevice }[] = [];
  const missing: string[] = [];
  for (const device of devices) {
    const host = {
      ...nullHost((reason) => complain(`${device.name}: ${reason}`)),
      emit: (event: ControlEvent) => {
        if (event.kind !== "held" && event.kind !== "up") heard(device);
      },
    };
    const { kind, settings, named } = device;
    const open = await kind.open({ settings, named, host, signal });
    if (open.ok) opened.push({ device, open: open.value });
    else missing.push(`${device.name}: ${open.failure.message}`);
  }
  for (const line of missing) complain(line);
  return {
    missing,
    panels: opened.map(({ device }) => device),
    pressed: () =>
      new Promise((resolve) => {
        heard = resolve;
      }),
    close: async () => void (await Promise.all(opened.map(({ open }) => open.close()))),
  };
}

/** Entries of a mapping for panels and their rooms. */
export function describePanels(assigned: Assignment): readonly (readonly [string, Settings])[] {
  return [...assigned].map(([{ name, kind, pasted }, rooms]) => {
    const words = rooms.map(({ word }) => word);
    const serves = words.length === 1 ? { room: words[0] } : { rooms: words };
    return [name, { kind: kind.kind, ...pasted, ...serves }];
  });
}

type Settings = Readonly<Record<string, unknown>>;
