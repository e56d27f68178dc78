import {
  fail,
  type OpenDevice,
  type OpenFailure,
  type OpenRequest,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";
import { findFault } from "./complete.ts";
import { createFirstMoment } from "./first-moment.ts";
import { type Place, placeOf } from "./place.ts";
import { profileOf } from "./profile-of.ts";
import { createSession } from "./session.ts";
import { portParameters, type SerialSettings } from "./settings.ts";
import { openFakeWire } from "./wire/fake-wire.ts";
import { openRfc2217 } from "./wire/rfc2217.ts";
import { openTcpClient } from "./wire/tcp-client.ts";
import { openTcpServer } from "./wire/tcp-server.ts";
import { openTty } from "./wire/tty.ts";
import type { TransportRequest, TransportResult } from "./wire/wire.ts";

/** Opens the line that the settings name, and joins it to whoever speaks on it. */
export async function openLine({
  settings,
  dialect,
  host,
  signal,
}: OpenRequest<SerialSettings>): Promise<Result<OpenDevice, OpenFailure>> {
  const found = profileOf(settings);
  if (found?.ok === false) return fail({ reason: "unsupported", message: found.failure });
  const profile = found?.value;
  const place = placeOf(settings, profile?.port.tcpPort);
  const fault = findFault(settings, profile?.port.tcpPort);
  if (place === undefined || fault !== undefined)
    return fail({
      reason: "unsupported",
      message: `${fault?.setting ?? "path"}: ${fault?.message ?? "missing"}.`,
    });
  const parameters = portParameters(settings, profile?.port);
  const session = createSession({ settings, profile, parameters, dialect, host });
  const moment = createFirstMoment({ lastsMs: settleMsOf(settings), host, signal });
  const opened = await openTransport(place, {
    parameters,
    wanted: new Set(Object.keys(settings.lines ?? {}) as (keyof NonNullable<SerialSettings["lines"]>)[]),
    host,
    signal,
    meet: (wire) => moment.guard(wire, session.meet(wire)),
    saidWhenFull: dialect?.whenFull ?? "",
  });
  if (!opened.ok) return opened;
  const settled = await moment.pass(opened.value);
  if (!settled.ok) return settled;
  if (!signal.aborted) return succeed(closeOnAbort(session.begin(settled.value), signal));
  await opened.value.close();
  return fail({ reason: "failed", message: "It was stopped while it was being opened." });
}

/** Nothing old waits where connections come from others, and recordings begin at once. */
function settleMsOf({ listen, address, settleMs }: SerialSettings): number {
  return listen !== undefined || address?.startsWith("fake://") === true ? 0 : settleMs;
}

function openTransport(place: Place, request: TransportRequest): Promise<TransportResult> | TransportResult {
  switch (place.kind) {
    case "tty":
      return openTty(place.path, request);
    case "tcp":
      return openTcpClient(place, request);
    case "rfc2217":
      return openRfc2217(place, request);
    case "listen":
      return openTcpServer(place, request);
    case "fake":
      return openFakeWire(place.name, request);
  }
}

/** The signal outlives the device: what it kept of each opening would be a leak. */
function closeOnAbort(device: OpenDevice, signal: AbortSignal): OpenDevice {
  const close = () => {
    signal.removeEventListener("abort", close);
    return device.close();
  };
  signal.addEventListener("abort", close, { once: true });
  return { ...device, close };
}
