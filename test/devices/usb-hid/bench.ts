import { openFrom } from "../../../devices/usb-hid/find/opening.ts";
import type { FoundUnit, ReportHandle, ReportSource } from "../../../devices/usb-hid/find/source.ts";
import type { Profile } from "../../../devices/usb-hid/profile/profile.ts";
import { readProfile } from "../../../devices/usb-hid/profile/read-profile.ts";
import type { HidSettings } from "../../../devices/usb-hid/settings.ts";
import type { OpenDevice, OpenFailure, Result } from "../../../src/driver/contract.ts";
import type { HidEars } from "../../../src/driver/hid/handle.ts";
import { cleanUpLater, createNotingHost, type NotingHost } from "../../driver/hid/noting-host.ts";

/** A profile that is right but for the parts that a test is about. */
export function profileWith(parts: Record<string, unknown>): Profile {
  const read = readProfile({
    profile: 1,
    id: "box",
    name: "Box",
    source: "a test",
    confirmed: "on paper",
    match: [{ vid: "1234", pid: "0001" }],
    ...parts,
  });
  if (!read.ok) throw new Error(read.failure);
  return read.value;
}

/** A profile that reads 8-byte reports with these controls. */
export function profileReading(...controls: readonly Record<string, unknown>[]): Profile {
  return profileWith({ input: { length: 8, reports: [{ controls }] } });
}

/** A handle without a device: notes what is written as hexadecimal, and reports what a test says. */
export interface TestHandle extends ReportHandle {
  readonly sent: string[];
  readonly features: string[];
  /** How the next writes go. */
  writes: "taken" | "refused" | "hanging";
  closes: "at-once" | "never";
  closed: number;
  /** Answers to feature requests; refused when it throws. */
  answerFeature(reportId: number, length: number): Promise<Uint8Array>;
  /** Called with everything that is written. */
  onWrite(report: Uint8Array): void;
  report(...bytes: readonly number[]): void;
  fail(reason: string): void;
}

export function createTestHandle(): TestHandle {
  let ears: HidEars | undefined;
  const note = async (into: string[], report: Uint8Array) => {
    if (handle.writes === "refused") throw new Error("Cannot write to hid device");
    if (handle.writes === "hanging") await new Promise(() => undefined);
    into.push(Buffer.from(report).toString("hex"));
    handle.onWrite(report);
  };
  const handle: TestHandle = {
    sent: [],
    features: [],
    writes: "taken",
    closes: "at-once",
    closed: 0,
    answerFeature: async (_, length) => new Uint8Array(length),
    onWrite: () => undefined,
    listen: (heard) => {
      ears = heard;
    },
    write: (report) => note(handle.sent, report),
    sendFeature: (report) => note(handle.features, report),
    getFeature: (reportId, length) => handle.answerFeature(reportId, length),
    close: async () => {
      handle.closed += 1;
      if (handle.closes === "never") await new Promise(() => undefined);
    },
    report: (...bytes) => ears?.report(Uint8Array.from(bytes)),
    fail: (reason) => ears?.failed(reason),
  };
  return handle;
}

export function unitAt(path: string, parts: Partial<FoundUnit> = {}): FoundUnit {
  return {
    path,
    productName: "Box",
    vendorId: 0x1234,
    productId: 1,
    serialNumber: undefined,
    release: 1,
    interface: 0,
    usagePage: 12,
    usage: 1,
    port: undefined,
    ...parts,
  };
}

/** A machine with these units plugged in, each with a handle of its own. */
export interface TestMachine extends ReportSource {
  readonly units: FoundUnit[];
  readonly opened: string[];
  handleAt(path: string): TestHandle;
  openFails: string | undefined;
  listFails: string | undefined;
}

export function createMachine(...units: readonly FoundUnit[]): TestMachine {
  const handles = new Map<string, TestHandle>();
  const machine: TestMachine = {
    units: [...units],
    opened: [],
    openFails: undefined,
    listFails: undefined,
    handleAt(path) {
      const handle = handles.get(path) ?? createTestHandle();
      handles.set(path, handle);
      return handle;
    },
    async list() {
      if (machine.listFails !== undefined) throw new Error(machine.listFails);
      return machine.units;
    },
    async open({ path }) {
      if (machine.openFails !== undefined) throw new Error(machine.openFails);
      machine.opened.push(path);
      return machine.handleAt(path);
    },
  };
  return machine;
}

/** Opens and, when it went well, closes after the test. */
export async function openOn(
  machine: TestMachine,
  settings: Record<string, unknown>,
  host: NotingHost = createNotingHost(),
): Promise<Result<OpenDevice, OpenFailure>> {
  const opened = await openFrom(machine, { settings: settings as HidSettings, host, named: [] });
  if (opened.ok) {
    cleanUpLater(() => {
      for (const { path } of machine.units)
        Object.assign(machine.handleAt(path), { writes: "taken", closes: "at-once" });
      void opened.value.close();
    });
  }
  return opened;
}

export function expectOpen(opened: Result<OpenDevice, OpenFailure>): OpenDevice {
  if (!opened.ok) throw new Error(opened.failure.message);
  return opened.value;
}

export function lamp(
  rgb: readonly [number, number, number],
  blink: "steady" | "slow" | "fast" | "double" = "steady",
) {
  return { kind: "lamp", rgb, blink } as const;
}
