import { actions as allActions } from "../action/actions/index.ts";
import { defaultRecordingName, namePlaceholders } from "../action/recording-name.ts";
import { systemClock } from "../base/clock.ts";
import { errorText } from "../base/error-text.ts";
import { silentLog } from "../base/log.ts";
import { succeed } from "../base/result.ts";
import type { DeviceKind, DeviceKinds } from "../driver/contract.ts";
import { colorConventions, colors, icons, lookConditions } from "../feedback/look.ts";
import { lookPresets } from "../feedback/presets.ts";
import { lookPlaceholders, pushPlaceholders } from "../feedback/words.ts";
import { gestures as allGestures } from "../gesture/gestures/index.ts";
import { dialects as allDialects } from "../link/dialects/index.ts";
import type {
  MappingVocabulary,
  ServerMapping,
  TimingMapping,
  VocabularyLoader,
} from "../mapping/mapping.ts";
import { namedKinds } from "../mapping/named-kinds.ts";
import { openMapping } from "../mapping/source/open.ts";
import { readFontChain } from "../panel/key-image/fonts/font-chain.ts";
import { type KeptIcon, keptIcons } from "../panel/key-image/symbols/kept-icons.ts";
import { readPicture } from "../panel/key-image/symbols/picture-file.ts";
import { planWithoutList, pollSettings, tellAge } from "../room/pace.ts";
import { createValtClient, MARK_COLORS, type TlsSettings } from "../valt/client.ts";

/** What may be asked for, by which gestures, and in which dialects. */
type Words = Pick<MappingVocabulary, "actions" | "dialects" | "gestures">;

/** Loads the kinds that a mapping names; all of them where it names another, so that the complaint can list them. */
export function createVocabularyLoader(kinds: DeviceKinds, words: Partial<Words> = {}): VocabularyLoader {
  return async (source) => {
    const named =
      source === undefined ? [] : namedKinds(typeof source === "string" ? openMapping(source) : source);
    const isKnown = named.length > 0 && named.every((word) => Object.hasOwn(kinds, word));
    const wanted = Object.entries(kinds).filter(([word]) => !isKnown || named.includes(word));
    return assembleVocabulary(await Promise.all(wanted.map(([, load]) => load())), words);
  };
}

/** Joins the vocabulary of all stages into what a mapping is read against. */
export function assembleVocabulary(
  kinds: readonly DeviceKind[],
  { actions = allActions, dialects = allDialects, gestures = allGestures }: Partial<Words> = {},
): MappingVocabulary {
  return {
    kinds,
    actions,
    dialects,
    gestures,
    lookPresets,
    lookConditions,
    lookPlaceholders,
    namePlaceholders,
    pushPlaceholders,
    colorNames: Object.keys(colors) as [keyof typeof colors],
    iconNames: icons,
    keptIcons: Object.keys(keptIcons) as [KeptIcon],
    colorConventions,
    markColors: MARK_COLORS,
    defaultRecordingName,
    findServerFault,
    findPaceFault,
    readPicture,
    readFonts,
  };
}

function readFonts(ownFont: string | undefined): ReturnType<MappingVocabulary["readFonts"]> {
  const chain = readFontChain(ownFont);
  return chain.ok ? succeed((text) => chain.value.missingIn(text)) : chain;
}

function findPaceFault(rooms: number, timing: TimingMapping): string | undefined {
  const settings = pollSettings(timing);
  const oldestMs = planWithoutList(settings, rooms).oldestMs.all;
  return oldestMs <= settings.freshMs ? undefined : tellAge(settings, { rooms, oldestMs });
}

/** A file is read by who runs the bridge; here its content makes no difference. */
function checkOf(tls: ServerMapping["tls"]): TlsSettings {
  if (typeof tls === "string") return { verify: tls };
  return "fingerprint" in tls ? { verify: "fingerprint", sha256: tls.fingerprint } : { verify: "system" };
}

/** A client refuses senseless settings when it is made; it connects to nothing before it is asked. */
function findServerFault({ url, username, tls }: ServerMapping): string | undefined {
  try {
    const settings = { url, username, password: "", tls: checkOf(tls) };
    void createValtClient(settings, { clock: systemClock, log: silentLog }).close();
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}
