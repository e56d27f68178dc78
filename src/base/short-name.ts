/** Letters that do not come apart into a plain one and a mark. */
const SPELLED: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  ł: "l",
  þ: "th",
  ı: "i",
};
const LONGEST = 60;

/**
 * A room's short name for mappings, made of what the server calls it: `Exam 3` is `exam-3`, `Überwachung` is `uberwachung`.
 * A name with letters of other scripts, or without any, is `room-` and the room's number.
 */
export function shortNameOf(name: string, id: number): string {
  const plain = name
    .normalize("NFKD")
    .replaceAll(/\p{Mark}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{ASCII}]/gu, (letter) => SPELLED[letter] ?? letter);
  const word = plain
    .split(/[^a-z0-9]/)
    .filter((part) => part !== "")
    .join("-");
  const isSpelled = word !== "" && !/(?=[^\p{ASCII}])[\p{L}\p{N}]/u.test(plain);
  return isSpelled ? word.slice(0, LONGEST).replace(/-$/, "") : `room-${id}`;
}
