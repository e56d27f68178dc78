import { settledWithin } from "../../src/base/clock.ts";
import type {
  DeviceHost,
  DialectTransport,
  OpenDevice,
  OpenLink,
  OpenPanel,
  PeerId,
} from "../../src/driver/contract.ts";
import { createContacts } from "./contacts.ts";
import { describeControls } from "./controls.ts";
import { createLineLamps } from "./lamps.ts";
import { followNotifications } from "./notifications.ts";
import type { Profile } from "./profile/profile.ts";
import type { PortParameters, SerialSettings } from "./settings.ts";
import type { OpenTransport, Wire, WireEars } from "./wire/wire.ts";
import { createWireSession, type Listening, type WireSession } from "./wire-session.ts";

/** What all wires of one open device share. */
interface Session {
  meet(wire: Wire): WireEars;
  /** The transport is open: it may tell, and the device is whole. */
  begin(transport: OpenTransport): OpenDevice;
}

interface SessionRequest {
  readonly settings: SerialSettings;
  readonly profile: Profile | undefined;
  readonly parameters: PortParameters;
  readonly dialect: DialectTransport | undefined;
  readonly host: DeviceHost;
}

const CLOSE_WITHIN_MS = 1200;

/** Joins wires, lamps, contacts and the profile of one device. */
export function createSession(request: SessionRequest): Session {
  const { settings, profile, parameters, dialect, host } = request;
  const isListening = settings.listen !== undefined;
  const sessions = new Map<PeerId, WireSession>();
  const wires = () => [...sessions.values()].map(({ wire }) => wire);
  const lines = settings.lines ?? {};
  const contacts = createContacts(lines, { clock: host.clock, emit: (event) => host.emit(event) });
  const lamps = createLineLamps(lines, parameters, wires);
  const cancels: (() => void)[] = [];

  function meet(wire: Wire): WireEars {
    const wireSession = createWireSession(wire, { settings, profile, baud: parameters.baud, dialect, host });
    sessions.set(wire.peer.id, wireSession);
    if (isListening) greet(wire, host);
    return {
      took: (bytes) => wireSession.took(bytes),
      unfinished: () => wireSession.unfinished(),
      damaged(reason) {
        wireSession.damaged();
        host.dropped(reason, wire.peer);
      },
      broke() {
        wireSession.damaged();
        contacts.broke();
      },
      sensed: (inputs) => contacts.sense(inputs),
      gone(why) {
        sessions.delete(wire.peer.id);
        wireSession.close();
        if (isListening) host.parted(wire.peer.id);
        else host.lost(`${wire.peer.address}: ${why}`);
      },
    };
  }

  function start(transport: OpenTransport): void {
    transport.begin();
    for (const { wire, profile: device } of isListening ? [] : sessions.values()) {
      if (device === undefined) host.joined(wire.peer);
      if (profile !== undefined && device !== undefined)
        cancels.push(followNotifications(profile, { wire, device, host }));
      device?.start();
    }
  }

  async function closeAll(transport: OpenTransport): Promise<void> {
    contacts.close();
    for (const cancel of cancels.splice(0)) cancel();
    const closings = [...sessions.values()].map(({ profile: device }) => device?.close());
    await settledWithin(host.clock, Promise.all([...closings, lamps.darken()]), CLOSE_WITHIN_MS);
    for (const wireSession of sessions.values()) wireSession.close();
    await transport.close();
  }

  return {
    meet,
    begin(transport) {
      let closing: Promise<void> | undefined;
      // Whoever asked for the device has it before it says anything.
      host.clock.soon(() => {
        if (closing === undefined) start(transport);
      });
      return {
        productName: profile === undefined ? transport.name : `${profile.name} at ${transport.name}`,
        ...createPanel(settings, { sessions, lamps }),
        ...createLink(settings, { sessions, isListening }),
        close() {
          closing ??= closeAll(transport);
          return closing;
        },
      };
    },
  };
}

function greet({ peer, standing, cut }: Wire, host: DeviceHost): void {
  if (standing === undefined) host.joined(peer);
  else if (host.revived?.(peer, standing) !== true) cut?.();
}

interface PanelParts {
  readonly sessions: ReadonlyMap<PeerId, WireSession>;
  readonly lamps: ReturnType<typeof createLineLamps>;
}

/** None where there is nothing to touch or to look at. */
function createPanel(settings: SerialSettings, { sessions, lamps }: PanelParts): { panel?: OpenPanel } {
  const controls = describeControls(settings);
  if (controls.length === 0) return {};
  const panel: OpenPanel = {
    controls,
    async show(control, frame, signal) {
      if (signal.aborted) return;
      if (lamps.has(control)) return lamps.show(control, frame);
      await Promise.all([...sessions.values()].map(({ profile }) => profile?.show(control, frame)));
    },
  };
  return { panel };
}

/** A link whose messages may be cut in two ways. */
interface LineLink extends OpenLink {
  listenFor(peer: PeerId, what: Listening): void;
}

interface LinkParts {
  readonly sessions: ReadonlyMap<PeerId, WireSession>;
  readonly isListening: boolean;
}

/** A device with a profile does not converse. Pushes without an addressee go to the line itself; who was let in by a listener must have asked. */
function createLink(settings: SerialSettings, { sessions, isListening }: LinkParts): { link?: LineLink } {
  if (settings.profile !== undefined) return {};
  const link: LineLink = {
    send(message, to) {
      const standing = isListening ? [] : [...sessions.values()];
      const speaking = to === "targets" ? standing : [sessions.get(to)];
      for (const wireSession of speaking) wireSession?.say(message.text);
    },
    listenFor: (peer, what) => sessions.get(peer)?.listenFor(what),
  };
  return { link };
}
