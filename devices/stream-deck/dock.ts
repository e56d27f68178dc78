import { errorText } from "../../src/base/error-text.ts";
import {
  type Clock,
  fail,
  type OpenDevice,
  type OpenFailure,
  type OpenRequest,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";
import type { HidHandle } from "../../src/driver/hid/handle.ts";
import { chooseDeck, type FoundDeck } from "./binding.ts";
import { openDeck } from "./deck.ts";
import { connectDock, type DockConnection, PLUGGED } from "./dock-connection.ts";
import { type DockEndpoint, placeOf } from "./dock-failures.ts";
import { unknownProduct } from "./failures.ts";
import { librarySpecOf, wordOf } from "./models.ts";
import { readSerialNumber } from "./serial-number.ts";
import type { DeckSettings } from "./settings.ts";

/** Opens a Studio at its own network port, or a deck that is plugged into a Network Dock or a Studio. */
export async function openOverNetwork(
  endpoint: DockEndpoint,
  { settings, host }: OpenRequest<DeckSettings>,
): Promise<Result<OpenDevice, OpenFailure>> {
  const connected = await connectDock(endpoint, host.clock);
  if (!connected.ok) return connected;
  const box = connected.value;
  const reached = await reach({ box, endpoint, settings, clock: host.clock }).catch((error: unknown) =>
    fail<OpenFailure>({ reason: "failed", message: `${placeOf(endpoint)}: ${errorText(error)}.` }),
  );
  if (reached.ok) return openDeck(reached.value, settings, host);
  box.close();
  return reached;
}

interface Reaching {
  readonly box: DockConnection;
  readonly endpoint: DockEndpoint;
  readonly settings: DeckSettings;
  readonly clock: Clock;
}

type Reached = Result<Parameters<typeof openDeck>[0], OpenFailure>;

async function reach({ box, endpoint, settings, clock }: Reaching): Promise<Reached> {
  const itself = readBox(await box.ask(0x80, "box"), await box.ask(0x84, "box"), placeOf(endpoint));
  const child = readPlugged(await box.ask(PLUGGED, "box"), endpoint);
  const found = [itself, child?.deck].filter((deck) => deck !== undefined);
  const { serialNumber, model: wantedModel } = settings;
  const chosen = chooseDeck(found, { serialNumber, model: wantedModel });
  if (!chosen.ok)
    return fail({ ...chosen.failure, message: `${placeOf(endpoint)}: ${chosen.failure.message}` });
  const { model, productName } = chosen.value;
  if (model === undefined) return fail(unknownProduct(chosen.value));
  if (chosen.value === itself)
    return succeed({ handle: createBoxHandle(box), model, productName, reach: "network" });
  const port = child?.port ?? 0;
  const line = await connectDock({ host: endpoint.host, port }, clock);
  if (!line.ok) return line;
  const isStillThere = (report: Buffer) => isSame(readPlugged(report, endpoint), child);
  return succeed({
    handle: createChildHandle(box, line.value, isStillThere),
    model,
    productName,
    reach: "wire",
  });
}

/** Vendor at 12 and product at 14 of report 80, serial number from 4 of report 84 (node-elgato-stream-deck, tcp). */
function readBox(info: Buffer, serial: Buffer, path: string): FoundDeck | undefined {
  if (info.length < 16) return undefined;
  const ids = { vendorId: info.readUInt16LE(12), productId: info.readUInt16LE(14) };
  const model = wordOf(ids);
  if (model === undefined) return undefined;
  const serialNumber = readSerialNumber(serial.subarray(4, 4 + (serial[3] ?? 0)).toString("latin1"));
  return { ...ids, path, model, serialNumber, productName: librarySpecOf(model).productName };
}

interface Plugged {
  readonly deck: FoundDeck;
  readonly port: number;
}

/** 2 at 4 means ready; vendor at 26, product at 28, serial number from 94, TCP port at 126 (the same source). */
function readPlugged(report: Buffer, { host }: DockEndpoint): Plugged | undefined {
  if (!isPlugged(report)) return undefined;
  const ids = { vendorId: report.readUInt16LE(26), productId: report.readUInt16LE(28) };
  const port = report.readUInt16LE(126);
  const model = wordOf(ids);
  const deck: FoundDeck = {
    ...ids,
    path: placeOf({ host, port }),
    model,
    serialNumber: readSerialNumber(report.subarray(94, 125).toString("latin1")),
    productName: model === undefined ? "Stream Deck" : librarySpecOf(model).productName,
  };
  return { deck, port };
}

/** Whether it is the same deck: somebody may plug in another one faster than the dock tells that its port is empty. */
function isSame(one: Plugged | undefined, other: Plugged | undefined): boolean {
  const tell = (plugged: Plugged | undefined) =>
    plugged &&
    [plugged.deck.vendorId, plugged.deck.productId, plugged.deck.serialNumber, plugged.port].join();
  return tell(one) === tell(other);
}

function isPlugged(report: Buffer): boolean {
  return report.length >= 128 && report[4] === 0x02;
}

function createBoxHandle(box: DockConnection): HidHandle {
  return {
    ...createReports(box),
    listen: (ears) => box.listen(ears),
    getFeature: (reportId) => box.ask(reportId, "box"),
    close: async () => box.close(),
  };
}

/** The box tells when the deck is unplugged or another one is there, so its connection stays open beside the deck's. */
function createChildHandle(
  box: DockConnection,
  line: DockConnection,
  isStillThere: (report: Buffer) => boolean,
): HidHandle {
  return {
    ...createReports(line),
    listen(ears) {
      line.listen(ears);
      box.listen({
        report: () => undefined,
        failed: ears.failed,
        plugged: (report) => {
          if (!isPlugged(report)) ears.failed("unplugged from the dock");
          else if (!isStillThere(report)) ears.failed("another deck was plugged into the dock");
        },
      });
    },
    getFeature: (reportId) => line.ask(reportId, "deck"),
    close: async () => {
      line.close();
      box.close();
    },
  };
}

function createReports(line: DockConnection): Pick<HidHandle, "write" | "sendFeature"> {
  return {
    write: (payload) => line.send({ kind: "write", to: "deck", payload }),
    sendFeature: (payload) => line.send({ kind: "feature", to: "deck", payload }),
  };
}
