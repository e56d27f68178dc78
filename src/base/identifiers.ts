declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** The name a device has in the mapping file, for example `desk`. */
export type DeviceId = Branded<string, "DeviceId">;
/** One control of one device, for example `key-3` or `/panel/record`. */
export type ControlId = Branded<string, "ControlId">;
/** The short name a room has in the mapping file, for example `interview-1`. */
export type RoomName = Branded<string, "RoomName">;
/** The name a VALT server has in the mapping file, for example `north`. */
export type ServerName = Branded<string, "ServerName">;
/** The server's own number for a room: an integer in VALT 5 and 6. */
export type ValtRoomId = Branded<number, "ValtRoomId">;
/** Opaque: a number in VALT 5, a UUID in VALT 6; kept as text and never taken apart. */
export type RecordingId = Branded<string, "RecordingId">;
/** Who speaks on a link, for example `udp:10.0.0.7:53112`; opaque to all but its driver. */
export type PeerId = Branded<string, "PeerId">;
/** Joins everything that one touch or request caused. */
export type CorrelationId = Branded<string, "CorrelationId">;

/** Takes a text for a device's name; checks nothing. */
export const deviceId = (text: string): DeviceId => text as DeviceId;
/** Takes a text for a control's id; checks nothing. */
export const controlId = (text: string): ControlId => text as ControlId;
/** Takes a text for a room's short name; checks nothing. */
export const roomName = (text: string): RoomName => text as RoomName;
/** Takes a text for a server's name; checks nothing. */
export const serverName = (text: string): ServerName => text as ServerName;
/** What a server is called that stands in a mapping by itself. */
export const onlyServer: ServerName = serverName("server");
/** Takes a number for the server's id of a room; checks nothing. */
export const valtRoomId = (number: number): ValtRoomId => number as ValtRoomId;
/** Takes a number or a text for a recording's id; checks nothing. */
export const recordingId = (value: string | number): RecordingId => String(value) as RecordingId;
/** Takes a text for a peer's id; checks nothing. */
export const peerId = (text: string): PeerId => text as PeerId;

/** Hands out correlation ids: the start's wall time, then a count. */
export function correlationIds(startWallMs: number): () => CorrelationId {
  const prefix = Math.floor(startWallMs).toString(36);
  let count = 0;
  return () => `${prefix}-${(++count).toString(36)}` as CorrelationId;
}
