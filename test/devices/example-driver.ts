import { connect, type Socket } from "node:net";
import { z } from "zod";
import {
  type ControlDescription,
  controlId,
  defineDeviceKind,
  fail,
  type OpenDevice,
  type OpenFailure,
  type OpenRequest,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";

const settingsSchema = z.strictObject({
  host: z.string().describe("Name or address of the box."),
  port: z.int().min(1).max(65_535).default(4001).describe("Its TCP port. Default: 4001."),
});
type Settings = z.output<typeof settingsSchema>;

/** A button box on a TCP line: `D` down, `U` up; `1` lights its lamp and `0` darkens it. */
export const contactBox = defineDeviceKind({
  kind: "contact-box",
  linkStyle: "none",
  settingsSchema,
  describeControls: () => [BUTTON],
  open,
});

const BUTTON: ControlDescription = {
  id: controlId("button"),
  label: "button",
  input: { shape: "button" },
  output: { kind: "lamp", colors: "mono", blink: "by-bridge" },
  place: { area: "nowhere" },
};

async function open({
  settings,
  host,
  signal,
}: OpenRequest<Settings>): Promise<Result<OpenDevice, OpenFailure>> {
  const place = `${settings.host}:${settings.port}`;
  const socket = await reach(settings);
  if (socket === undefined) return fail({ reason: "not-found", message: `Nothing answers at ${place}.` });
  let isClosing = false;
  const write = (text: string) => {
    host.traced("out", Buffer.from(text), place);
    socket.write(text);
  };
  socket.on("data", (bytes) => {
    host.traced("in", bytes, place);
    for (const letter of bytes.toString("latin1")) {
      if (letter === "D") host.emit({ kind: "down", control: BUTTON.id });
      else if (letter === "U") host.emit({ kind: "up", control: BUTTON.id });
      else host.dropped("unknown letter");
    }
  });
  socket.on("close", () => {
    if (!isClosing) host.lost(`${place} closed the connection`);
  });
  const device: OpenDevice = {
    productName: `contact box at ${place}`,
    panel: {
      controls: [BUTTON],
      async show(_control, frame) {
        if (frame.kind === "lamp") write(frame.rgb.some((part) => part > 0) ? "1" : "0");
      },
    },
    async close() {
      if (isClosing) return;
      isClosing = true;
      write("0");
      socket.destroySoon();
    },
  };
  signal.addEventListener("abort", () => void device.close(), { once: true });
  return succeed(device);
}

function reach(settings: Settings): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(settings.port, settings.host, () => resolve(socket));
    socket.on("error", () => resolve(undefined));
  });
}
