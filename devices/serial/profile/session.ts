import { settledWithin } from "../../../src/base/clock.ts";
import type { Clock, ControlEvent, ControlId, Frame } from "../../../src/driver/contract.ts";
import { createEchoFilter } from "../framing/echo.ts";
import type { Report } from "./act.ts";
import { cutDatagram } from "./datagram.ts";
import { encodeDark, encodeFrame } from "./frames.ts";
import { createLevels } from "./levels.ts";
import { createOutbox } from "./outbox.ts";
import { type Payload, readPayload } from "./payload.ts";
import { createPolling } from "./polling.ts";
import type { Profile } from "./profile.ts";
import { createTransmitter } from "./transmitter.ts";

interface ProfileSessionHost {
  readonly clock: Clock;
  /** Resolves when the line took it; a rejection means that the line is gone. */
  write(bytes: Uint8Array): void | Promise<void>;
  emit(event: ControlEvent): void;
  dropped(reason: string): void;
  /** At most once: the device no longer answers, or a write failed. */
  lost(reason: string): void;
}

/** One opened line to a device of the profile; a line that is opened again gets a new one. */
export interface ProfileSession {
  /** Once the line is open: what the profile says first, then its questions. */
  start(): void;
  /** One message, as the framer of the profile's `frame` cut it. Never throws; what is unknown is counted, never answered. */
  take(bytes: Uint8Array): void;
  /** One datagram of the profile's `notify`, from the device itself. */
  notify(datagram: Uint8Array): void;
  /** Resolves when it was written; rejects when the line is gone. */
  show(control: ControlId, frame: Frame): Promise<void>;
  /** Darkens the lamps and says the profile's last words, within a second; then the line may be closed. */
  close(): Promise<void>;
}

const CLOSE_WITHIN_MS = 1000;

/** Says nothing before `start`. */
export function createProfileSession(profile: Profile, host: ProfileSessionHost): ProfileSession {
  const { clock, dropped } = host;
  const { sending } = profile;
  const echo = sending.echo === "suppress" ? createEchoFilter(clock) : undefined;
  const controls = new Map(profile.controls.map((control) => [control.description.id, control]));
  const tell = createTeller(host);
  const write = (bytes: Uint8Array) => {
    echo?.sent(bytes);
    return host.write(bytes);
  };
  const transmitter = createTransmitter(sending, { clock, write });
  const outbox = createOutbox({ transmitter, dropped, failed: lose });
  const polling = createPolling(sending.polls, { clock, put: outbox.put, silent: lose });
  let phase: "open" | "closing" | "over" = "open";

  function lose(reason: string): void {
    const isNews = phase === "open";
    end(reason);
    if (isNews) host.lost(reason);
  }

  function end(reason: string): void {
    phase = "over";
    polling.stop();
    outbox.stop(reason);
  }

  function take(bytes: Uint8Array): void {
    if (phase !== "open" || echo?.isEcho(bytes)) return;
    const payload = readPayload(bytes);
    const isAcknowledgement = sending.ack?.expect(payload.text) !== undefined;
    if (isAcknowledgement) transmitter.acknowledge();
    const isAnswer = polling.hear(payload);
    const reports = understand(profile, payload);
    if (reports === undefined && !isAcknowledgement && !isAnswer) dropped("unknown message");
    reports?.forEach(tell);
  }

  return {
    take,
    start() {
      for (const bytes of sending.init) void outbox.put(bytes);
      polling.start();
    },
    notify(datagram) {
      for (const message of cutDatagram(profile.frame, datagram, host)) take(message);
    },
    async show(id, frame) {
      const control = controls.get(id);
      const bytes = control && encodeFrame(control, frame);
      if (bytes === undefined) dropped("frame that the profile cannot show");
      else await outbox.put(bytes, sending.coalesce === "latest" ? id : undefined);
    },
    async close() {
      if (phase !== "open") return;
      phase = "closing";
      polling.stop();
      outbox.clear();
      const words = [...profile.controls.flatMap(encodeDark), ...sending.close];
      const said = Promise.allSettled(words.map((bytes) => outbox.put(bytes)));
      await settledWithin(clock, said, CLOSE_WITHIN_MS);
      end("closed");
    },
  };
}

function understand(profile: Profile, payload: Payload): readonly Report[] | undefined {
  for (const rule of profile.rules) {
    const reports = rule(payload);
    if (reports !== undefined) return reports;
  }
  return undefined;
}

function createTeller({ emit, dropped }: ProfileSessionHost): (report: Report) => void {
  const levels = createLevels(emit);
  return (report) => {
    if (report.kind === "event") emit(report.event);
    else if (report.kind === "level") levels.observe(report.control, report.level);
    else dropped(report.reason);
  };
}
