import type { ActionTable } from "../action/action-kind.ts";
import { checkDevices, pagesOf } from "./check-devices.ts";
import type {
  ActionTemplate,
  ControlBinding,
  DeviceMapping,
  Mapping,
  MappingVocabulary,
  RoomActionTemplate,
} from "./mapping.ts";
import type { Finding } from "./problem.ts";

interface Checking {
  readonly world: Pick<MappingVocabulary, "actions" | "findPaceFault">;
  report(finding: Finding): void;
}

/** What can only be seen from the whole: a start that nothing stops, controls that do nothing, too many rooms. */
export function checkWhole(mapping: Mapping, { world, report }: Checking): void {
  checkStops(mapping, { world, report });
  checkPace(mapping, { world, report });
  checkDevices(mapping, report);
  for (const device of mapping.devices.values()) {
    checkIdle(device, report);
    checkSilent(device, { world, report });
  }
}

/** Each server has a budget of its own: the one with the most rooms is looked at most rarely. */
function checkPace({ servers, rooms, timing }: Mapping, { world, report }: Checking): void {
  const counts = [...servers.keys()].map(
    (name) => [...rooms.values()].filter(({ server }) => server === name).length,
  );
  const message = world.findPaceFault(Math.max(0, ...counts), timing);
  if (message === undefined) return;
  const hint =
    'unless the server tells recordings in its list of rooms: raise "requestsPerSecond" or "freshMs" in "timing"';
  report({ severity: "warning", path: ["rooms"], at: "key", message, hint });
}

function checkStops(mapping: Mapping, { world: { actions }, report }: Checking): void {
  const devices = [...mapping.devices.values()];
  const stoppable = new Set(devices.flatMap((device) => stoppedRooms(device, actions)));
  for (const device of devices) {
    for (const room of startedRooms(device, actions)) {
      if (stoppable.has(room) || stoppable.has(ANY_ROOM)) continue;
      const shown = room === ANY_ROOM ? "a room" : `"${room}"`;
      const path = ["devices", device.id];
      const message = `starts recordings in ${shown}, and nothing in this mapping stops them`;
      report({ severity: "warning", path, at: "key", message, hint: 'bind "stop" or "toggle" somewhere' });
    }
  }
}

/** A room that a command captures. */
const ANY_ROOM = "{room}";

/** Whoever may not start may not ask for an action that starts, and so with stops. */
function needs({ action }: RoomActionTemplate, permission: string, actions: ActionTable): boolean {
  return actions.get(action.kind)?.needs.includes(permission) === true;
}

function startedRooms(device: DeviceMapping, actions: ActionTable): ReadonlySet<string> {
  const starting = actionsOf(device).filter((template) => needs(template, "start", actions));
  return new Set(starting.map(({ room }) => room));
}

/** The built-in commands and captured rooms can stop every room that the device serves, if it may stop at some hour. */
function stoppedRooms(device: DeviceMapping, actions: ActionTable): readonly string[] {
  const mayStop = [device.may, ...device.mayAt.map(([, may]) => may)].some(
    (may) => typeof may === "string" || may.has("stop"),
  );
  if (!mayStop) return [];
  const stopping = actionsOf(device).filter((template) => needs(template, "stop", actions));
  return [
    ...(device.layout?.rooms ?? []),
    ...(device.link?.builtIn === "on" ? [device.room ?? ANY_ROOM] : []),
    ...stopping.map(({ room }) => room),
  ];
}

function actionsOf(device: DeviceMapping): readonly RoomActionTemplate[] {
  const gestures = controlsOf(device).flatMap((control) => [...control.gestures.values()].flat());
  const commands = device.link?.commands.flatMap(({ on, off }) => [...on, ...off]) ?? [];
  return [...gestures, ...commands].filter((template) => "action" in template);
}

function controlsOf(device: DeviceMapping): readonly ControlBinding[] {
  return [device.controls, ...device.pages.values()].flatMap((page) => [...page.values()]);
}

function checkIdle(device: DeviceMapping, report: (finding: Finding) => void): void {
  for (const control of device.controls.values()) {
    if (control.gestures.size > 0 || control.look !== undefined) continue;
    const path = ["devices", device.id, "controls", control.control];
    report({ severity: "warning", path, at: "key", message: "this control does nothing and shows nothing" });
  }
}

/** A key with a display could say that a press was taken; a button without a lamp cannot. */
function checkSilent(device: DeviceMapping, { world: { actions }, report }: Checking): void {
  if (device.described === "known-once-open") return;
  const screens = new Set(
    device.described.flatMap(({ id, output }) => (output.kind === "image" ? [id] : [])),
  );
  const records = (step: ActionTemplate) =>
    "action" in step && ["start", "stop"].some((permission) => needs(step, permission, actions));
  for (const [path, controls] of pagesOf(device)) {
    for (const { control, gestures, look } of controls.values()) {
      if (look !== undefined || !screens.has(control) || ![...gestures.values()].flat().some(records))
        continue;
      const message = "this key starts or stops a recording, and does not show that a press was taken";
      report({
        severity: "warning",
        path: [...path, control],
        at: "key",
        message,
        hint: 'add "look": "tally"',
      });
    }
  }
}
