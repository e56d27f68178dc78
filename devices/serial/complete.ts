import { fail, type Result, type SettingsFault, succeed } from "../../src/driver/contract.ts";
import { placeOf } from "./place.ts";
import { loadProfile } from "./profile/load.ts";
import { profileOf, readProfileDocument } from "./profile-of.ts";
import { dialectOf, type SerialSettings } from "./settings.ts";

/** Reads the profile that is named, and finds settings that do not go together. */
export function completeSettings(
  settings: SerialSettings,
  folder: string | undefined,
): Result<SerialSettings, SettingsFault> {
  const { profile, values } = settings;
  const loaded = typeof profile === "string" ? loadProfile(profile, { folder, values }) : profileOf(settings);
  if (loaded?.ok === false) return fail({ setting: "profile", message: loaded.failure });
  const fault = findFault(settings, loaded?.value.port.tcpPort);
  if (fault !== undefined) return fail(fault);
  // Said outright, so that nobody else needs to know what it defaults to.
  const spoken = { ...settings, dialect: dialectOf(settings) };
  if (typeof profile !== "string") return succeed(spoken);
  return succeed({ ...spoken, profile: readProfileDocument(profile, folder) });
}

/** Undefined where all settings can be meant at once. */
export function findFault(settings: SerialSettings, usualPort?: number): SettingsFault | undefined {
  const rule = RULES.find(({ isBroken }) => isBroken(settings));
  if (rule !== undefined) return { setting: rule.setting, message: rule.message };
  if (placeOf(settings, usualPort) !== undefined) return undefined;
  if (settings.address !== undefined && !/:\d+$/.test(settings.address))
    return { setting: "address", message: "the address needs a port", hint: "tcp://10.0.0.7:4001" };
  if ([settings.address, settings.listen].some((url) => url !== undefined))
    return {
      setting: settings.listen === undefined ? "address" : "listen",
      message: "a port is at most 65535",
    };
  return {
    setting: "path",
    message: "nothing says where the line is",
    hint: 'one of "path", "address" and "listen", such as "path": "/dev/serial/by-id/..."',
  };
}

interface Rule {
  readonly setting: keyof SerialSettings;
  readonly isBroken: (settings: SerialSettings) => boolean;
  readonly message: string;
}

const RULES: readonly Rule[] = [
  {
    setting: "address",
    isBroken: ({ path, address, listen }) =>
      [path, address, listen].filter((one) => one !== undefined).length > 1,
    message: "path, address and listen exclude each other: keep one, or write a device for each",
  },
  {
    setting: "dialect",
    isBroken: ({ profile, dialect = "none" }) => profile !== undefined && dialect !== "none",
    message: "a line has a profile or a dialect, not both",
  },
  {
    setting: "profile",
    isBroken: ({ profile, listen }) => profile !== undefined && listen !== undefined,
    message: "a device with a profile is connected to, not listened for",
  },
  {
    setting: "values",
    isBroken: ({ profile, values }) => profile === undefined && Object.keys(values).length > 0,
    message: "values fill a profile, and none is named",
  },
  {
    setting: "lines",
    isBroken: ({ lines, path, address = "" }) =>
      lines !== undefined && path === undefined && !/^(rfc2217|fake):/.test(address),
    message: "modem lines are told by a port of this machine or over rfc2217://, not over raw TCP",
  },
  {
    setting: "lines",
    isBroken: ({ lines, flow }) => flow === "rtscts" && (lines?.rts ?? lines?.cts) !== undefined,
    message: "with flow control rtscts the lines RTS and CTS are taken",
  },
  {
    setting: "dtr",
    isBroken: ({ lines, dtr }) => lines?.dtr !== undefined && dtr !== undefined,
    message: "DTR is a lamp, and begins dark",
  },
  {
    setting: "rts",
    isBroken: ({ lines, rts }) => lines?.rts !== undefined && rts !== undefined,
    message: "RTS is a lamp, and begins dark",
  },
  {
    setting: "frame",
    isBroken: ({ frame, profile }) => frame !== undefined && profile !== undefined,
    message: "the profile says how its messages follow each other",
  },
];
