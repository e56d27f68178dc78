import type { ControlId, DeviceId, RoomName } from "../base/identifiers.ts";
import { FIRST_PAGE } from "../base/page-names.ts";
import type { ControlDescription } from "../driver/contract.ts";
import type { ControlBinding, DeviceMapping, Mapping } from "../mapping/mapping.ts";
import { pagesOf } from "../panel/create-face.ts";
import { bindingOn, type Page } from "../panel/pages.ts";

/** A panel as the mapping has it, whether or not it is there. */
export interface PanelPlan {
  readonly id: DeviceId;
  readonly controls: readonly ControlDescription[];
  /** What a control means on the page that the panel begins with. */
  bindingOf(control: ControlId): ControlBinding | undefined;
  /** Every page with what it binds itself; the first one holds on all others that do not bind a control otherwise. */
  readonly pages: ReadonlyMap<string, Page>;
}

/** `open` are the controls of a device that is there; nothing where its model is known only then. */
export function planPanel(
  device: DeviceMapping,
  open: readonly ControlDescription[] | undefined,
): PanelPlan | undefined {
  const { id, described } = device;
  const controls = open ?? (described === "known-once-open" ? [] : described);
  if (controls.length === 0) return undefined;
  const known = plans.get(device);
  if (known?.controls === controls) return known;
  const pages = pagesOf(device, controls);
  const plan: PanelPlan = {
    id,
    controls,
    bindingOf: (control) => bindingOn(pages, FIRST_PAGE, control),
    pages: new Map([[FIRST_PAGE, pages.first], ...pages.others]),
  };
  plans.set(device, plan);
  return plan;
}

/** Tells the devices that an edit of the mapping leaves as they are: nothing that they show or understand is another. */
export function findUntouched(before: Mapping, after: Mapping): (id: DeviceId) => boolean {
  const roomIn = ({ rooms, unfound }: Mapping, name: RoomName) => [rooms.get(name), unfound.get(name)];
  const sameRoom = (name: RoomName) => sameText(roomIn(before, name), roomIn(after, name));
  const count = ({ rooms, unfound }: Mapping) => rooms.size + unfound.size;
  const names = [...after.rooms.keys(), ...after.unfound.keys()];
  const isSite = count(before) === count(after) && names.every(sameRoom);
  return (id) => {
    const [old, device] = [before.devices.get(id), after.devices.get(id)];
    if (old === undefined || device?.fingerprint !== old.fingerprint) return false;
    const servesAll = device.link !== undefined && device.room === undefined;
    // A profile beside the mapping says something else.
    return (
      sameText(old.settings, device.settings) && (isSite || (!servesAll && roomsOf(device).every(sameRoom)))
    );
  };
}

function sameText(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Asked for every second. */
const plans = new WeakMap<DeviceMapping, PanelPlan>();

/** The rooms that a device has to do with; none for a link that serves all of them. */
export function roomsOf({ room, layout, controls, pages }: DeviceMapping): readonly RoomName[] {
  const bindings = [controls, ...pages.values()].flatMap((page) => [...page.values()]);
  const bound = bindings.flatMap(({ look, gestures }) => {
    const templates = [...gestures.values()].flat();
    const acted = templates.flatMap((template) => ("action" in template ? [template.room] : []));
    return [look?.room, ...acted];
  });
  const rooms = [room, ...(layout?.rooms ?? []), ...bound] as readonly (RoomName | undefined)[];
  return [...new Set(rooms)].filter((one) => one !== undefined);
}
