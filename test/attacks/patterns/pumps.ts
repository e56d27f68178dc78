import { type AST, RegExpParser, visitRegExpAST } from "@eslint-community/regexpp";

/** A text that is to make a pattern try again and again: `before`, then `pump` many times, then `after`. */
export interface Attack {
  readonly before: string;
  readonly pump: string;
  readonly after: string;
}

export function writeAttack({ before, pump, after }: Attack, length: number): string {
  const count = Math.max(1, Math.floor((length - before.length - after.length) / pump.length));
  return `${before}${pump.repeat(count)}${after}`;
}

/** Characters that mean something to many patterns; those of the pattern itself are added. */
const USUAL = [..."aZ09 \t\n-_./:\"'\\*@%{}[],;=+!~", "\0", "\u2028", "é", "\ud800"];
/** What most patterns do not end with. */
const ENDS = ["\0", "\n", ""];
const MOST_CHARACTERS = 12;
const MOST_BEFORE = 6;

/** Attacks made of the pattern's own characters and parts. */
export function attacksOn(source: string, flags: string): readonly Attack[] {
  const pattern = new RegExpParser().parsePattern(source, undefined, undefined, {
    unicode: flags.includes("u"),
    unicodeSets: flags.includes("v"),
  });
  const characters = charactersOf(pattern, flags);
  const sampler = createSampler(characters.all, flags);
  const pairs = characters.own.flatMap((one) => characters.own.map((other) => one + other));
  const parts = partsOf(pattern, sampler);
  const pumps = new Set([...characters.own, ...pairs, ...parts.pumps].filter((pump) => pump !== ""));
  const befores = new Set(["", ...parts.befores].filter((before) => before.length < 200));
  return [...befores]
    .slice(0, MOST_BEFORE)
    .flatMap((before) => [...pumps].flatMap((pump) => ENDS.map((after) => ({ before, pump, after }))));
}

interface Characters {
  readonly all: readonly string[];
  /** At least one for each part of the pattern. */
  readonly own: readonly string[];
}

function charactersOf(pattern: AST.Pattern, flags: string): Characters {
  const spelled = new Set<string>();
  const sets: string[] = [];
  visitRegExpAST(pattern, {
    onCharacterEnter: ({ value }) => void spelled.add(String.fromCodePoint(value)),
    onCharacterClassRangeEnter: ({ min, max }) => {
      for (const end of [min, max]) spelled.add(String.fromCodePoint(end.value));
    },
    onCharacterClassEnter: ({ raw }) => void sets.push(raw),
    onCharacterSetEnter: ({ raw }) => void sets.push(raw),
  });
  const all = [...new Set([...spelled, ...USUAL])];
  const own = new Set<string>();
  for (const raw of sets) for (const one of fitting(raw, all, flags).slice(0, 3)) own.add(one);
  for (const one of spelled) own.add(one);
  for (const one of USUAL.slice(0, 6)) own.add(one);
  return { all, own: [...own].slice(0, MOST_CHARACTERS) };
}

function fitting(raw: string, characters: readonly string[], flags: string): readonly string[] {
  const pattern = new RegExp(`^${raw}$`, flags.replaceAll(/[gy]/g, ""));
  return characters.filter((one) => pattern.test(one));
}

/** Gives a text that a part of the pattern fits, its loops taken `times` times. */
type Sampler = (node: AST.Element | AST.Alternative | AST.Pattern, times: number, choice: number) => string;

function createSampler(characters: readonly string[], flags: string): Sampler {
  const sample: Sampler = (node, times, choice) => {
    switch (node.type) {
      case "Pattern":
      case "Group":
      case "CapturingGroup": {
        const one = node.alternatives[choice % node.alternatives.length];
        return one === undefined ? "" : sample(one, times, choice);
      }
      case "Alternative":
        return node.elements.map((element) => sample(element, times, choice)).join("");
      case "Quantifier": {
        const count = Math.min(node.max, Math.max(node.min, times), 64);
        return sample(node.element, times, choice).repeat(count);
      }
      case "Character":
        return String.fromCodePoint(node.value);
      case "CharacterClass":
      case "CharacterSet": {
        const fit = fitting(node.raw, characters, flags);
        return fit[choice % fit.length] ?? "";
      }
      default:
        return "";
    }
  };
  return sample;
}

const TIMES = [0, 1, 2];
const CHOICES = [0, 1, 2];

interface Parts {
  readonly pumps: Set<string>;
  readonly befores: Set<string>;
}

/** What each loop repeats, what leads to it, and every beginning of the pattern. */
function partsOf(pattern: AST.Pattern, sample: Sampler): Parts {
  const parts: Parts = { pumps: new Set(), befores: new Set() };
  for (const alternative of pattern.alternatives) collectParts(parts, sample, { before: "", alternative });
  for (const choice of CHOICES) parts.pumps.add(sample(pattern, 1, choice));
  return parts;
}

function collectParts(
  parts: Parts,
  sample: Sampler,
  { before, alternative }: { readonly before: string; readonly alternative: AST.Alternative },
): void {
  const { pumps, befores } = parts;
  let beginning = "";
  for (const element of alternative.elements) {
    const loop = element.type === "Quantifier" ? element : undefined;
    if (loop !== undefined) befores.add(before + beginning);
    for (const choice of CHOICES) if (loop !== undefined) pumps.add(sample(loop.element, 1, choice));
    for (const inner of alternativesOf(loop?.element ?? element))
      collectParts(parts, sample, { before: before + beginning, alternative: inner });
    for (const times of TIMES) pumps.add(beginning + sample(element, times, 1));
    beginning += sample(element, 1, 0);
    pumps.add(beginning);
  }
}

function alternativesOf(element: AST.Element): readonly AST.Alternative[] {
  return element.type === "Group" || element.type === "CapturingGroup" ? element.alternatives : [];
}
