import type { DeviceId } from "../../base/identifiers.ts";
import type { DeviceMapping, Mapping } from "../../mapping/mapping.ts";
import { deviceFilesIn, isFake } from "../mapping/device-files.ts";
import { tellUncertain } from "../mapping/several-addresses.ts";
import { findKeeper, type RunningStatus } from "../places/running-bridges.ts";
import { type Discovery, discoverAll, examineAttached } from "./attached.ts";
import { examineDeviceFile } from "./files.ts";
import { type Finding, failed, fine, warn } from "./finding.ts";
import { type Endpoint, endpointsIn, examineListener, examineOpenness } from "./listeners.ts";
import { reach } from "./reach.ts";

interface DevicesCase {
  readonly mapping: Mapping;
  readonly bridges: readonly RunningStatus[];
  readonly signal: AbortSignal;
}

/** Whether each device of the mapping could be opened. None is, and none that a running bridge has is touched. */
export async function examineDevices({ mapping, bridges, signal }: DevicesCase): Promise<readonly Finding[]> {
  const devices = [...mapping.devices.values()];
  const kept = new Map(devices.map((device) => [device.id, examineKept(device, mapping, bridges)]));
  const free = devices.filter(({ id }) => kept.get(id)?.state !== "OK");
  // One after the other: a port that two devices name is tried twice.
  const listeners = new Map<DeviceId, readonly Finding[]>();
  for (const device of free) listeners.set(device.id, await examineListeners(device, devices));
  const discovery = await discoverAll(free.filter(isSought), signal);
  const own = bridges.map(({ pid }) => pid);
  const findings = devices.map(async (device) => {
    const found = kept.get(device.id);
    const open = endpointsIn(device, "listen").flatMap((endpoint) =>
      examineOpenness(endpoint, device.link?.allow ?? [], aboutOf(device)),
    );
    const first = found === undefined ? [] : [found];
    if (found?.state === "OK") return [...first, ...open];
    const heard = [...(listeners.get(device.id) ?? []), ...examineAnswers(device)];
    return [...first, ...heard, ...(await examineFree(device, discovery, own)), ...open];
  });
  return [...discovery.findings, ...(await Promise.all(findings)).flat()];
}

function aboutOf({ id }: Pick<DeviceMapping, "id">): string {
  return `device ${id}`;
}

/** What a running bridge says of a device; nothing when none knows it. */
function examineKept(
  device: DeviceMapping,
  { fingerprint }: Mapping,
  bridges: readonly RunningStatus[],
): Finding | undefined {
  const keeper = findKeeper(bridges, { mapping: fingerprint, id: device.id, kind: device.kind.kind });
  const about = aboutOf(device);
  if (keeper === undefined) return undefined;
  const { pid, status } = keeper;
  if (status.kind === "open")
    return fine(about, `held by the running bridge, process ${pid}: ${status.productName}`);
  const why = status.kind === "lost" ? status.why : "it is being opened";
  return warn(about, `the running bridge, process ${pid}, does not have it: ${why}`, "see the next lines");
}

async function examineListeners(
  device: DeviceMapping,
  devices: readonly DeviceMapping[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const endpoint of endpointsIn(device, "listen")) {
    const rival = devices.find((other) => other.id !== device.id && names(other, endpoint));
    findings.push(
      rival === undefined
        ? await examineListener(endpoint, aboutOf(device))
        : failed(
            aboutOf(device),
            `${endpoint.url} is named by "${rival.id}" too`,
            "give each device a port of its own",
          ),
    );
  }
  return findings;
}

function examineAnswers(device: DeviceMapping): readonly Finding[] {
  const text = tellUncertain(device);
  return text === undefined ? [] : [warn(aboutOf(device), text, "list the addresses in the mapping")];
}

function names(device: DeviceMapping, { url, port }: Endpoint): boolean {
  return port !== 0 && endpointsIn(device, "listen").some((other) => other.url === url);
}

async function examineFree(
  device: DeviceMapping,
  discovery: Discovery,
  own: readonly number[],
): Promise<readonly Finding[]> {
  const about = aboutOf(device);
  if (isFake(device.settings)) {
    const text = "is no hardware: recordings are played into it";
    return [warn(about, text, "take the fake:// out of the mapping when the real one is attached")];
  }
  const files = deviceFilesIn(device.settings).map((path) => examineDeviceFile(path, about, own));
  const peers = await Promise.all(peersOf(device).map((endpoint) => examinePeer(endpoint, about)));
  if (isSought(device)) return [...files, ...peers, ...examineAttached(device, { about, discovery, own })];
  const findings = [...files, ...peers];
  const isAnywhere = findings.length > 0 || endpointsIn(device, "listen").length > 0;
  return isAnywhere ? findings : [tellRest(device, about)];
}

function tellRest({ settings }: DeviceMapping, about: string): Finding {
  if (typeof settings.address !== "string") return fine(about, "needs no hardware");
  return fine(about, `${settings.address} was not tried: its port is known to the driver alone`);
}

/** Whether it is found by what is attached, rather than by a place that the mapping names. */
function isSought(device: DeviceMapping): boolean {
  const { kind, settings } = device;
  const hasPlace =
    isFake(settings) ||
    deviceFilesIn(settings).length > 0 ||
    ["listen", "connect", "address"].some((setting) => [settings[setting] ?? []].flat().length > 0);
  return kind.discover !== undefined && !hasPlace;
}

/** Over TCP only: a datagram that nobody takes goes unnoticed. */
function peersOf(device: DeviceMapping): readonly Endpoint[] {
  const all = [...endpointsIn(device, "address"), ...endpointsIn(device, "connect")];
  return all.filter(({ transport }) => transport === "tcp");
}

async function examinePeer({ url, host, port }: Endpoint, about: string): Promise<Finding> {
  const reached = await reach(host, port);
  if (reached === "reached") return fine(about, `${url} accepts connections`);
  return failed(about, `${url}: ${reached.why}`, reached.remedy);
}
