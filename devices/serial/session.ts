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
import { createSpeaker, type Listening, type Speaker } from "./speaker.ts";
import type { OpenTransport, Wire, WireEars } from "./wire/wire.ts";

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

const LONGEST_GOODBYE_MS = 1200;

export function createSession(request: SessionRequest): Session {
  const { settings, profile, parameters, dialect, host } = request;
  const isListening = settings.listen !== undefined;
  const speakers = new Map<PeerId, Speaker>();
  const wires = () => [...speakers.values()].map(({ wire }) => wire);
  const lines = settings.lines ?? {};
  const contacts = createContacts(lines, { clock: host.clock, emit: (event) => host.emit(event) });
  const lamps = createLineLamps(lines, parameters, wires);
  const cancels: (() => void)[] = [];

  function meet(wire: Wire): WireEars {
    const speaker = createSpeaker(wire, { settings, profile, baud: parameters.baud, dialect, host });
    speakers.set(wire.peer.id, speaker);
    if (isListening) host.joined(wire.peer);
    return {
      took: (bytes) => speaker.took(bytes),
      damaged(reason) {
        speaker.damaged();
        host.dropped(reason, wire.peer);
      },
      broke() {
        speaker.damaged();
        contacts.broke();
      },
      sensed: (inputs) => contacts.sense(inputs),
      gone(why) {
        speakers.delete(wire.peer.id);
        speaker.close();
        if (isListening) host.parted(wire.peer.id);
        else host.lost(`${wire.peer.address}: ${why}`);
      },
    };
  }

  function start(transport: OpenTransport): void {
    transport.begin();
    for (const { wire, profile: device } of isListening ? [] : speakers.values()) {
      if (device === undefined) host.joined(wire.peer);
      if (profile !== undefined && device !== undefined)
        cancels.push(followNotifications(profile, { wire, device, host }));
      device?.start();
    }
  }

  async function closeAll(transport: OpenTransport): Promise<void> {
    contacts.close();
    for (const cancel of cancels.splice(0)) cancel();
    const goodbyes = [...speakers.values()].map(({ profile: device }) => device?.close());
    await settledWithin(host.clock, Promise.all([...goodbyes, lamps.darken()]), LONGEST_GOODBYE_MS);
    for (const speaker of speakers.values()) speaker.close();
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
        ...createPanel(settings, { speakers, lamps }),
        ...createLink(settings, { speakers, isListening }),
        close() {
          closing ??= closeAll(transport);
          return closing;
        },
      };
    },
  };
}

interface PanelParts {
  readonly speakers: ReadonlyMap<PeerId, Speaker>;
  readonly lamps: ReturnType<typeof createLineLamps>;
}

/** None where there is nothing to touch or to look at. */
function createPanel(settings: SerialSettings, { speakers, lamps }: PanelParts): { panel?: OpenPanel } {
  const controls = describeControls(settings);
  if (controls.length === 0) return {};
  const panel: OpenPanel = {
    controls,
    async show(control, frame, signal) {
      if (signal.aborted) return;
      if (lamps.has(control)) return lamps.show(control, frame);
      await Promise.all([...speakers.values()].map(({ profile }) => profile?.show(control, frame)));
    },
  };
  return { panel };
}

/** A link whose messages may be cut in two ways. */
interface LineLink extends OpenLink {
  listenFor(peer: PeerId, what: Listening): void;
}

interface LinkParts {
  readonly speakers: ReadonlyMap<PeerId, Speaker>;
  readonly isListening: boolean;
}

/** A device with a profile does not converse. Pushes without an addressee go to the line itself; who was let in by a listener must have asked. */
function createLink(settings: SerialSettings, { speakers, isListening }: LinkParts): { link?: LineLink } {
  if (settings.profile !== undefined) return {};
  const link: LineLink = {
    send(message, to) {
      const standing = isListening ? [] : [...speakers.values()];
      const speaking = to === "targets" ? standing : [speakers.get(to)];
      for (const speaker of speaking) speaker?.say(message.text);
    },
    listenFor: (peer, what) => speakers.get(peer)?.listenFor(what),
  };
  return { link };
}
