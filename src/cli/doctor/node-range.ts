type Version = readonly [major: number, minor: number, patch: number];

const COMPARE: Readonly<Record<string, (difference: number) => boolean>> = {
  ">=": (difference) => difference >= 0,
  ">": (difference) => difference > 0,
  "<=": (difference) => difference <= 0,
  "<": (difference) => difference < 0,
};

/** Whether a version is within a range such as `>=20.19 <26.3`: comparisons that must all hold, as `engines` has them here. */
export function fitsRange(version: string, range: string): boolean {
  const wanted = range.split(/\s+/).filter((part) => part !== "");
  return wanted.every((part) => {
    const [, sign = "", limit = ""] = /^(>=|<=|>|<)(.*)$/.exec(part) ?? [];
    return COMPARE[sign]?.(compare(read(version), read(limit))) ?? false;
  });
}

function read(text: string): Version {
  const [major = 0, minor = 0, patch = 0] = text.split(".").map((part) => Number.parseInt(part, 10));
  return [major, minor, patch];
}

function compare(one: Version, other: Version): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}
