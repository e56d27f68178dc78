import type { Answer } from "./answers.ts";
import { badRequest, bare, data, noSuchPreset, notFound, serverError } from "./answers.ts";
import type { Call, Route } from "./route.ts";
import { EVERY, numberAt, numbersOf, roomOf, SIX, textAt, textOf } from "./route.ts";
import { addCamera } from "./seed-data.ts";
import type { Camera, World } from "./world.ts";

/** Cameras of rooms, and the presets of VALT 6. */
export const cameraRoutes: readonly Route[] = [
  { method: "GET", template: "admin/rooms/{r}/cameras", versions: EVERY, answer: listOfRoom },
  { method: "GET", template: "admin/cameras", versions: EVERY, answer: list },
  { method: "POST", template: "admin/cameras", versions: EVERY, answer: create },
  { method: "GET", template: "admin/cameras/brands", versions: EVERY, answer: listBrands },
  { method: "GET", template: "admin/cameras/{cam}", versions: EVERY, answer: describe },
  { method: "POST", template: "admin/cameras/{cam}/edit", versions: EVERY, answer: edit },
  { method: "POST", template: "admin/cameras/{cam}/delete", versions: EVERY, answer: remove },
  { method: "GET", template: "presets/{cam}", versions: SIX, answer: listPresets },
  { method: "POST", template: "presets/{cam}/add", versions: SIX, answer: addPreset },
  { method: "POST", template: "presets/{cam}/apply", versions: SIX, answer: applyPreset },
  // Which release moved the deletion is unknown: both forms are served.
  { method: "POST", template: "presets/{cam}/delete", versions: SIX, answer: removePresetByPost },
  { method: "DELETE", template: "cameras/{cam}/presets/{id}", versions: SIX, answer: removePreset },
];

/** A camera as a room's page lists it. */
export function cameraRow(camera: Camera): unknown {
  return { id: camera.id, name: camera.name, type: "camera" };
}

// As the real server does, credentials are told in plain text; these open nothing.
function fullRow(camera: Camera): Readonly<Record<string, unknown>> {
  return {
    id: camera.id,
    name: camera.name,
    type: "camera",
    device_type: "camera",
    ip: `192.0.2.${1 + (camera.id % 250)}`,
    http_port: 80,
    rtsp_port: 554,
    username: "camera-user",
    password: "camera-password",
    brand: "Axis",
    model: "Axis-1",
    wowza: { id: 1, name: "localhost" },
    color: "white",
    // The key is misspelt on the real server too.
    colo_hex: "#ffffff",
  };
}

function rowWithRooms(world: World, camera: Camera): unknown {
  const room = world.rooms.get(camera.roomId);
  const rooms = room === undefined ? [] : [{ id: room.id, name: room.name }];
  return { ...fullRow(camera), rooms };
}

function cameraOf(call: Call): Camera | undefined {
  return call.world.cameras.get(numberAt(call, 0));
}

function listOfRoom(call: Call): Answer {
  const room = roomOf(call);
  if (room === undefined) return notFound;
  const cameras = [...call.world.cameras.values()].filter((camera) => camera.roomId === room.id);
  return data({ cameras: cameras.map(fullRow) });
}

function list(call: Call): Answer {
  return data({
    cameras: [...call.world.cameras.values()].map((camera) => rowWithRooms(call.world, camera)),
  });
}

function describe(call: Call): Answer {
  const camera = cameraOf(call);
  return camera === undefined ? notFound : data(rowWithRooms(call.world, camera));
}

function create(call: Call): Answer {
  const name = textOf(call.body, "name");
  if (name === undefined) return badRequest("The name is required");
  return data({ id: addCamera(call.world, numbersOf(call.body.rooms)[0] ?? 0, name) });
}

function edit(call: Call): Answer {
  const camera = cameraOf(call);
  if (camera === undefined) return notFound;
  camera.name = textOf(call.body, "name") ?? camera.name;
  return data({ id: camera.id });
}

function remove(call: Call): Answer {
  const id = numberAt(call, 0);
  return call.world.cameras.delete(id) ? data({ id }) : notFound;
}

function listBrands(): Answer {
  return data({ brands: [{ id: 1, name: "Axis", models: [{ id: 1, name: "Axis-1" }] }] });
}

// The pages of the presets list 400, 401 and 500 only: an unknown camera or preset is a 500 (inferred).
function listPresets(call: Call): Answer {
  const camera = cameraOf(call);
  if (camera === undefined) return serverError;
  return bare([...camera.presets.values()].map((preset) => ({ ...preset, camera: camera.id })));
}

function addPreset(call: Call): Answer {
  const camera = cameraOf(call);
  const name = textOf(call.body, "name");
  if (camera === undefined || name === undefined) return serverError;
  const id = call.world.nextId("preset");
  camera.presets.set(String(id), { id, name, data: "pan=0&tilt=0&zoom=1" });
  return bare({ id, message: "Preset added" });
}

function applyPreset(call: Call): Answer {
  const camera = cameraOf(call);
  const id = String(call.body.preset);
  if (camera?.presets.has(id) !== true) return serverError;
  camera.appliedPreset = id;
  return bare({ id, message: "Preset applied" });
}

function removePresetByPost(call: Call): Answer {
  const id = String(call.body.preset);
  return cameraOf(call)?.presets.delete(id) === true ? bare({ id, message: "Preset deleted" }) : serverError;
}

function removePreset(call: Call): Answer {
  const removed = cameraOf(call)?.presets.delete(textAt(call, 1)) === true;
  return removed ? { status: 204, body: undefined } : noSuchPreset;
}
