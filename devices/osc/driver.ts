import {
  controlId,
  type DeviceKind,
  defineDeviceKind,
  type Frame,
  fail,
  type LinkMessage,
  type OpenDevice,
  type OpenFailure,
  type OpenLink,
  type OpenPanel,
  type OpenRequest,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";
import { type ControlBook, createControlBook, describeControls, messagesOf } from "./controls.ts";
import { openPlayer } from "./player.ts";
import { createSession, type OpenSocket, type Session } from "./session.ts";
import { claims, type OscSettings, settingsSchema } from "./settings.ts";
import { openSockets } from "./sockets.ts";

/** Open Sound Control over UDP and TCP, and its plain-text sister: buttons, lamps and requests by address. */
export const osc: DeviceKind = defineDeviceKind({
  kind: "osc",
  linkStyle: "addresses",
  settingsSchema,
  describeControls,
  claims,
  starter: {
    name: "control-system",
    question:
      "IP address of a control system that sends OSC, and the port here that it sends to (Enter: none):",
    usual: "",
    settings: listenTo,
  },
  open,
  openPlayer,
});

const USUAL_PORT = "9000";

/** For `10.0.20.5` or `10.0.20.5 8000`. */
function listenTo(answer: string): Readonly<Record<string, unknown>> | undefined {
  const [address = "", port = USUAL_PORT] = answer.trim().split(/[\s,]+/);
  return address === "" ? undefined : { listen: `udp://0.0.0.0:${port}`, allow: [address] };
}

async function open(request: OpenRequest<OscSettings>): Promise<Result<OpenDevice, OpenFailure>> {
  const controls = createControlBook(request.settings, request.named);
  const session = createSession({ ...request, controls });
  const sockets = await openSockets(session);
  if (!sockets.ok) {
    session.end();
    return fail(sockets.failure);
  }
  const device = assemble(session, sockets.value, controls);
  request.signal.addEventListener("abort", () => void device.close(), { once: true });
  return succeed(device);
}

function assemble(session: Session, sockets: readonly OpenSocket[], controls: ControlBook): OpenDevice {
  const broadcast = (message: LinkMessage) => {
    for (const socket of sockets) socket.standing?.send(message);
  };
  let closing: Promise<void> | undefined;
  async function closeAll(): Promise<void> {
    session.end();
    for (const control of controls.all())
      for (const message of messagesOf(control.id, DARK)) broadcast(message);
    await Promise.all(sockets.map((socket) => socket.close()));
  }
  return {
    productName: nameOf(sockets),
    panel: createPanel(controls, broadcast),
    link: createLink(session, broadcast),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** What is listened on; where that is nothing, whom it speaks to. */
function nameOf(sockets: readonly OpenSocket[]): string {
  const listening = sockets.filter(({ standing }) => standing === undefined);
  return (listening.length > 0 ? listening : sockets).map(({ url }) => url).join(", ");
}

const DARK: Frame = { kind: "lamp", rgb: [0, 0, 0], blink: "steady" };

function createPanel(controls: ControlBook, broadcast: (message: LinkMessage) => void): OpenPanel {
  return {
    get controls() {
      return controls.all();
    },
    rename: (named) => controls.rename(named),
    // A datagram has been taken when it has left; a stream that does not take it is a loss of its own.
    show(control, frame, signal) {
      if (!signal.aborted) for (const message of messagesOf(controlId(control), frame)) broadcast(message);
      return Promise.resolve();
    },
  };
}

function createLink(session: Session, broadcast: (message: LinkMessage) => void): OpenLink {
  return {
    send(message, to) {
      if (session.hasEnded()) return;
      if (to === "targets") broadcast(message);
      else (session.streamRoutes.get(to) ?? session.datagramRoutes.find(to))?.send(message);
    },
    redirect(peer, port) {
      const isPort = Number.isInteger(port) && port > 0 && port <= 65_535;
      const route = isPort ? session.datagramRoutes.find(peer) : undefined;
      return route?.redirected?.(port).peer.id ?? peer;
    },
  };
}
