import type { Kiosk } from "../bridge/kiosks.ts";
import type { FromBridge, ToBridge } from "./page/messages.ts";

/** Whether the page of a tablet's link may say so: it sees and touches its own panel, and follows no topic. */
export function isForKiosk(message: ToBridge, { panel }: Kiosk): boolean {
  switch (message.type) {
    case "watch":
      return message.devices.every((device) => device === panel);
    case "touch":
      return message.device === panel;
    case "follow":
      return message.topics.length === 0;
    default:
      return false;
  }
}

/** Of what every page is told, what is for the page of a tablet's link; `rooms` are those that its panel is for. */
export function narrow(
  message: FromBridge,
  { panel }: Kiosk,
  rooms: ReadonlySet<string>,
): FromBridge | undefined {
  switch (message.type) {
    case "rooms":
    case "room-changes":
      return { ...message, rooms: message.rooms.filter(({ name }) => rooms.has(name)) };
    case "seen":
      // Counted by the place in the list of all rooms.
      return undefined;
    case "devices":
      return { ...message, devices: message.devices.filter(({ id }) => id === panel) };
    case "overview": {
      const { overview } = message;
      const alarms = overview.alarms.filter(({ room }) => room === "" || rooms.has(room));
      const servers = overview.servers.map((server) => ({ ...server, url: "" }));
      const mapping = { file: "", fingerprint: "", problems: 0 };
      return { ...message, overview: { ...overview, alarms, servers, mapping, checks: [] } };
    }
    default:
      return message;
  }
}
