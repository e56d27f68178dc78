import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, errorText } from "../../src/base/error-text.ts";
import {
  type ControlDescription,
  type ControlId,
  controlId,
  type DeviceHost,
  type DeviceKind,
  defineDeviceKind,
  type Frame,
  fail,
  type LampColors,
  type OpenDevice,
  type OpenFailure,
  type OpenRequest,
  type Result,
  type Rgb,
  succeed,
} from "../../src/driver/contract.ts";
import { claims, type LedSettings, ledsOf, settingsSchema } from "./settings.ts";

/** Lamps on pins of a small computer, as Linux's LED class has them (kernel documentation, leds/leds-class). */
export const leds: DeviceKind = defineDeviceKind({
  kind: "leds",
  linkStyle: "none",
  settingsSchema,
  describeControls,
  claims,
  udevRules: () => UDEV_RULES,
  open,
});

/** Files of sysfs take no group from a rule. */
const UDEV_RULES = [
  "# Lamps on pins",
  'ACTION=="add|change", SUBSYSTEM=="leds", DRIVERS=="leds-gpio", RUN+="/bin/chgrp plugdev /sys%p/brightness /sys%p/trigger", RUN+="/bin/chmod g+w /sys%p/brightness /sys%p/trigger"',
  "",
].join("\n");

type Lamp = LedSettings["lamps"][string];

function describeControls({ lamps }: LedSettings): readonly ControlDescription[] {
  return Object.entries(lamps).map(([id, lamp]) => ({
    id: controlId(id),
    label: id,
    input: { shape: "none" },
    output: { kind: "lamp", colors: colorsOf(lamp), blink: "by-bridge" },
    place: { area: "nowhere" },
  }));
}

/** Of two colours each and both; pins are on or off. */
function colorsOf(lamp: Lamp): LampColors {
  if (typeof lamp === "string") return "mono";
  return [1, 2, 3, 4, 5, 6, 7]
    .map((bits): Rgb => [bits & 1 ? 255 : 0, bits & 2 ? 255 : 0, bits & 4 ? 255 : 0])
    .filter((rgb) => rgb.every((part, index) => part === 0 || lamp[PARTS[index] ?? "red"] !== undefined));
}

const PARTS = ["red", "green", "blue"] as const;

/** A LED that was found, and what it takes for as bright as it can be. */
interface OpenLed {
  readonly folder: string;
  readonly most: number;
  readonly isLit: (rgb: Rgb) => boolean;
}

async function open({
  settings,
  host,
  signal,
}: OpenRequest<LedSettings>): Promise<Result<OpenDevice, OpenFailure>> {
  const found = new Map<ControlId, readonly OpenLed[]>();
  try {
    for (const [id, lamp] of Object.entries(settings.lamps))
      found.set(controlId(id), await Promise.all(ledsOf(lamp).map((led) => prepare(settings.folder, led))));
  } catch (error) {
    return fail(failureOf(error, settings.folder));
  }
  if (signal.aborted) return fail({ reason: "failed", message: "It was stopped while it was being opened." });
  const device = createDevice(found, settings, host);
  signal.addEventListener("abort", () => void device.close(), { once: true });
  return succeed(device);
}

/** What else lights it, such as the memory card's activity, is switched off. */
async function prepare(root: string, { name, part }: ReturnType<typeof ledsOf>[number]): Promise<OpenLed> {
  const folder = join(root, name);
  const most = Number(await readFile(join(folder, "max_brightness"), "utf8"));
  // One without a trigger has nothing else that lights it.
  await writeFile(join(folder, "trigger"), "none").catch(() => undefined);
  await writeFile(join(folder, "brightness"), "0");
  const isLit = (rgb: Rgb) => (part === "any" ? rgb : [rgb[PARTS.indexOf(part)] ?? 0]).some((one) => one > 0);
  return { folder, most: most > 0 ? most : 1, isLit };
}

function createDevice(
  found: ReadonlyMap<ControlId, readonly OpenLed[]>,
  settings: LedSettings,
  host: DeviceHost,
): OpenDevice {
  let isClosed = false;
  const light = async (rgb: Rgb, lamp: readonly OpenLed[]) => {
    for (const { folder, most, isLit } of lamp) {
      const text = String(isLit(rgb) ? most : 0);
      host.traced("out", Buffer.from(text), folder);
      await writeFile(join(folder, "brightness"), text);
    }
  };
  return {
    productName: `LEDs ${Object.keys(settings.lamps).join(", ")}`,
    panel: {
      controls: describeControls(settings),
      async show(control: ControlId, frame: Frame) {
        if (!isClosed && frame.kind === "lamp") await light(frame.rgb, found.get(control) ?? []);
      },
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      const dark = [...found.values()].map((lamp) => light([0, 0, 0], lamp).catch(() => undefined));
      await Promise.all(dark);
    },
  };
}

function failureOf(error: unknown, folder: string): OpenFailure {
  const code = errorCode(error);
  if (code === "ENOENT")
    return {
      reason: "not-found",
      message: `There is no such LED in ${folder}: ${errorText(error)}. List the folder; on a Raspberry Pi an overlay makes one: dtoverlay=gpio-led,gpio=17,label=tally-red.`,
    };
  if (code === "EACCES" || code === "EROFS" || code === "EPERM")
    return {
      reason: "not-permitted",
      message: `This account may not switch LEDs in ${folder}: ${errorText(error)}. Install the rules that "valt-bridge udev" prints, and put the account into the group plugdev.`,
    };
  return { reason: "failed", message: `The LEDs in ${folder} cannot be switched: ${errorText(error)}.` };
}
