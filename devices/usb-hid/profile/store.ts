import { isAbsolute, join, resolve } from "node:path";
import {
  fail,
  type Result,
  readTextFile,
  type SettingsFault,
  succeed,
  suggest,
} from "../../../src/driver/contract.ts";
import { shippedFolder, shippedProfileIds } from "../../../src/driver/shipped-profiles.ts";
import { type CardSettings, cardRules, findCardFault } from "../evdev/card-grammar.ts";
import type { HidSettings } from "../settings.ts";
import type { Profile } from "./profile.ts";
import { parseProfile, readProfile } from "./read-profile.ts";

/** The profile that settings mean, with what they say about this one unit. */
export function findProfile(
  settings: HidSettings,
  folder: string | undefined,
): Result<Profile, SettingsFault> {
  const found = findWritten(settings, folder);
  if (!found.ok || settings.profile === undefined) return found;
  const meant = settings.ids === undefined ? found.value : ofProduct(found.value, settings.ids);
  return settings.card === undefined ? succeed(meant) : withCard(meant, settings.card);
}

/** As it is written: shipped, in a file beside the mapping, or in the settings themselves. */
export function findWritten(
  settings: HidSettings,
  folder: string | undefined,
): Result<Profile, SettingsFault> {
  const { profile, ids } = settings;
  if (profile === undefined) return ids === undefined ? fail(nothingSaid) : succeed(unknownProduct(ids));
  if (typeof profile !== "string") return blame(readProfile(profile));
  return isFileName(profile) ? readBeside(profile, folder) : findShipped(profile);
}

/** The profile of completed settings; a mapping with any other was refused when it was loaded. */
export function profileOf(settings: HidSettings): Profile {
  const found = findProfile(settings, undefined);
  if (!found.ok) throw new Error(found.failure.message);
  return found.value;
}

function withCard(profile: Profile, said: CardSettings): Result<Profile, SettingsFault> {
  const { input } = profile;
  const blameCard = (message: string) => fail({ setting: "card", message });
  if (input?.evdev?.card === undefined) return blameCard(`is for card readers, and ${profile.name} is none`);
  const card = cardRules(input.evdev.card, said);
  const fault = findCardFault(card);
  if (fault !== undefined) return blameCard(fault);
  return succeed({ ...profile, input: { ...input, evdev: { ...input.evdev, card } } });
}

/** Every profile that comes with the bridge and is sound, by name. */
export function shippedProfiles(): readonly Profile[] {
  return shippedProfileIds("usb-hid").flatMap((name) => {
    const found = findShipped(name);
    return found.ok ? [found.value] : [];
  });
}

const nothingSaid: SettingsFault = {
  setting: "profile",
  message: "is missing: it says what product this is",
  hint: 'a shipped profile such as "xkeys-xk-24", or "ids" for a product that has none',
};

/** Only this product, which the profile may know or not. */
function ofProduct(profile: Profile, ids: string): Profile {
  const [vid = "", pid = ""] = ids.toLowerCase().split(":");
  const known = profile.match.filter((rule) => rule.vid === vid && (rule.pid?.includes(pid) ?? true));
  const match = known.length > 0 ? known.map((rule) => ({ ...rule, pid: [pid] })) : [{ vid, pid: [pid] }];
  return { ...profile, match };
}

/** A product of which nothing is known: it is opened, and what it sends is recorded. */
function unknownProduct(ids: string): Profile {
  const [vid = "", pid = ""] = ids.toLowerCase().split(":");
  return {
    profile: 1,
    id: "unknown",
    name: `product ${ids.toLowerCase()}`,
    source: "nothing is known of it",
    confirmed: "on paper",
    match: [{ vid, pid: [pid] }],
  };
}

function isFileName(text: string): boolean {
  return /[/\\]|\.jsonc?$/.test(text);
}

function findShipped(name: string): Result<Profile, SettingsFault> {
  const folder = shippedFolder("usb-hid");
  const known = shippedProfileIds("usb-hid");
  if (folder !== undefined && known.includes(name))
    return readFile(join(folder, `${name}.json`), `${name}.json`);
  const near = suggest(name, known);
  return fail({
    setting: "profile",
    message: `there is no profile "${name}"`,
    hint:
      near === undefined
        ? 'a name that discovery lists, or a file beside the mapping such as "./my-box.json"'
        : `did you mean "${near}"?`,
  });
}

function readBeside(name: string, folder: string | undefined): Result<Profile, SettingsFault> {
  if (folder === undefined && !isAbsolute(name))
    return fail({
      setting: "profile",
      message: `${name} is looked for beside the mapping's file, and there is none`,
      hint: "give the whole path",
    });
  return readFile(resolve(folder ?? "/", name), name);
}

/** The longest of those that are shipped is a twentieth of it. */
const MOST_BYTES = 262_144;

const read = new Map<string, { readonly text: string; readonly profile: Result<Profile, string> }>();

/** A file is read each time and judged once: a mapping that is loaded again may find it changed. */
function readFile(path: string, name: string): Result<Profile, SettingsFault> {
  const file = readTextFile(path, MOST_BYTES);
  if (!file.ok) {
    const hint =
      file.failure.hint ?? "a profile's file lies beside the mapping, and its path counts from there";
    return fail({ setting: "profile", message: `${name} ${file.failure.what}`, hint });
  }
  const text = file.value;
  const known = read.get(path);
  if (known?.text === text) return blame(known.profile);
  const profile = parseProfile(text, name);
  read.set(path, { text, profile });
  return blame(profile);
}

function blame(read: Result<Profile, string>): Result<Profile, SettingsFault> {
  return read.ok ? read : fail({ setting: "profile", message: read.failure });
}
