import { ALL_RIGHTS } from "./rights.ts";
import type { Template, TemplateField, User, World } from "./world.ts";
import { isVersionFive } from "./world.ts";

/** Camera ids start here, so that a camera id taken for a room id is noticed. */
const FIRST_CAMERA_ID = 5001;

/** The people a fresh simulator knows. The account of the settings is added to them. */
const ADMINISTRATOR_ID = 1;
/** User id of the scheduler. */
export const SCHEDULER_ID = 1;
/** User id of somebody at the web interface. */
export const WEB_USER_ID = 3;
/** User id of somebody with a card. */
export const CARD_HOLDER_ID = 4;

/** Moves in rooms with a camera each, people, a group, and the templates every server has. */
export function furnish(world: World): void {
  for (const { id, name } of world.settings.rooms) addRoom(world, id, name);
  addTemplates(world);
  world.groups.set(ADMINISTRATOR_ID, {
    id: world.nextId("group"),
    name: "Administrators",
    information: 1,
    marker: isVersionFive(world) ? 2 : 3,
    rights: ALL_RIGHTS,
    maximumMinutes: 0,
    rooms: world.settings.rooms.map((room) => room.id),
    videoUsers: [],
    videoGroups: [],
    retention: { type: "infinitely" },
  });
  addPeople(world);
}

/** A room that nobody has touched, with one camera and two presets. */
export function addRoom(world: World, id: number, name: string): void {
  world.rooms.set(id, {
    id,
    name,
    moments: [
      {
        status: "available",
        sinceMs: world.clock.monotonicMs(),
        recordingId: undefined,
        elapsedMs: 0,
        lockedBy: undefined,
      },
    ],
  });
  addCamera(world, id, `${name} camera`);
}

/** The camera's id. */
export function addCamera(world: World, roomId: number, name: string): number {
  const id = FIRST_CAMERA_ID - 1 + world.nextId("camera");
  const camera = { id, name, roomId, presets: new Map(), appliedPreset: undefined };
  world.cameras.set(id, camera);
  for (const preset of ["Wide", "Close"]) {
    const presetId = world.nextId("preset");
    camera.presets.set(String(presetId), { id: presetId, name: preset, data: "pan=0&tilt=0&zoom=1" });
  }
  return id;
}

function addPeople(world: World): void {
  const people: readonly [name: string, displayName: string, cardNumber: string][] = [
    ["admin", "Administrator", "326577"],
    [world.settings.username, "Panel bridge", "100002"],
    ["web-user", "Somebody at the web page", "100003"],
    ["card-holder", "Somebody with a card", "482913"],
  ];
  for (const [name, displayName, cardNumber] of people) {
    const id = world.nextId("user");
    const user: User = { id, name, displayName, groupId: 1, cardNumber, password: undefined, rooms: [] };
    if (name === world.settings.username) user.password = world.settings.password;
    world.users.set(id, user);
  }
}

function addTemplates(world: World): void {
  const types = isVersionFive(world) ? ["info", "marker"] : ["info", "marker", "comment"];
  for (const type of types) {
    const id = world.nextId("template");
    const field: TemplateField = {
      id: world.nextId("field"),
      on: true,
      required: false,
      type: "text",
      name: "Notes",
      data: null,
    };
    const template: Template = {
      id,
      name: `Default ${type}`,
      type,
      hidden: false,
      entityName: { title: "Name", value: "", type: "Text" },
      fields: new Map([[field.id, field]]),
    };
    world.templates.set(id, template);
  }
}
