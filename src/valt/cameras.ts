import type { Clock } from "../base/clock.ts";
import type { ValtRoomId } from "../base/identifiers.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import { type CommandOptions, sendLimit } from "./commands.ts";
import { malformedAnswer, type ValtFailure } from "./failure.ts";
import { asFields, type Fields, readId, readList, readNumber, readText, readWholeNumber } from "./fields.ts";
import type { Ask } from "./request.ts";

/**
 * A camera without its credentials. The server sends user name and password in plain text; they
 * end here, because only the members below are ever copied.
 */
export interface Camera {
  readonly id: number;
  readonly name: string;
  readonly type?: string;
  /** Host name or address. */
  readonly address?: string;
  readonly httpPort?: number;
  readonly rtspPort?: number;
  readonly brand?: string;
  readonly model?: string;
}

/** Opaque: the vendor's pages say a number here and a UUID there. What the list gave is sent back. */
export type PresetId = string | number;

/** A position that a camera can be sent to. VALT 6 only. */
export interface Preset {
  readonly id: PresetId;
  readonly name: string;
}

/** A stored position of one camera, by the ids of `cameras` and `presets`. */
export interface PresetChoice {
  readonly camera: number;
  readonly preset: PresetId;
}

/** Cameras and their stored positions. Each call takes at most the client's deadline. */
export interface CameraCalls {
  /** The cameras of a room, never with credentials. Needs admin rights. */
  cameras(room: ValtRoomId): Promise<Result<readonly Camera[], ValtFailure>>;
  presets(camera: number): Promise<Result<readonly Preset[], ValtFailure>>;
  /** Sends the camera to the stored position. */
  applyPreset(choice: PresetChoice, options?: CommandOptions): Promise<Result<void, ValtFailure>>;
}

/** The calls, sent by `ask`. */
export function createCameraCalls(ask: Ask, clock: Clock): CameraCalls {
  return {
    cameras: (room) => ask({ path: `admin/rooms/${room}/cameras`, answer: "long" }, readCameras),
    presets: (camera) => ask({ path: `presets/${camera}`, answer: "long" }, readPresets),
    applyPreset: ({ camera, preset }, options) =>
      ask(
        { path: `presets/${camera}/apply`, body: { preset }, sendBeforeMs: sendLimit(clock, options) },
        readApplied,
      ),
  };
}

function readCameras(body: unknown): Result<readonly Camera[], ValtFailure> {
  const list = readList(body, "cameras");
  if (list === undefined) return fail(malformedAnswer("The server's answer carries no list of cameras."));
  return succeed(list.flatMap((fields) => readCamera(fields) ?? []));
}

function readCamera(fields: Fields): Camera | undefined {
  const id = readWholeNumber(fields, "id");
  if (id === undefined) return undefined;
  const texts = { type: "type", address: "ip", brand: "brand", model: "model" };
  const ports = { httpPort: "http_port", rtspPort: "rtsp_port" };
  return {
    id,
    name: readText(fields, "name") ?? "",
    ...present(texts, (key) => readText(fields, key)),
    ...present(ports, (key) => readNumber(fields, key)),
  };
}

/** The members that the server gave, under our names. */
function present<Name extends string, Value>(
  wireNames: Readonly<Record<Name, string>>,
  read: (wireName: string) => Value | undefined,
): Partial<Record<Name, Value>> {
  const found: Partial<Record<Name, Value>> = {};
  for (const name of Object.keys(wireNames) as Name[]) {
    const value = read(wireNames[name]);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function readPresets(body: unknown): Result<readonly Preset[], ValtFailure> {
  const list = readList(body, "presets");
  if (list === undefined) return fail(malformedAnswer("The server's answer carries no list of presets."));
  return succeed(
    list.flatMap((fields) => {
      const id = readId(fields, "id");
      return id === undefined ? [] : [{ id, name: readText(fields, "name") ?? String(id) }];
    }),
  );
}

function readApplied(body: unknown): Result<void, ValtFailure> {
  if (asFields(body) !== undefined) return succeed(undefined);
  return fail(malformedAnswer("The server's answer does not say whether it applied the preset."));
}
