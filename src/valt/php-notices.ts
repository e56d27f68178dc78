/**
 * PHP prints warnings into its answers when nobody has switched that off (`display_errors`), before or after the JSON, as text
 * or as HTML. Gives the JSON between them; `undefined`: there are none, or this is a page.
 */
export function withoutNotices(text: string): string | undefined {
  if (PAGE.test(text) || !LEVEL.test(text)) return undefined;
  const start = JSON_START.exec(text);
  if (start === null) return undefined;
  const json = text.slice(start.index + start[0].length - 1);
  const after = NOTICE_AFTER.exec(json);
  return after === null ? json : json.slice(0, after.index);
}

/** What a program that PHP broke off has printed about it; `undefined`: nothing. */
export function fatalError(text: string): string | undefined {
  return FATAL.exec(text)?.[1]?.replace(/<[^<>]{0,200}>/g, "");
}

const PAGE = /<(?:!doctype|html|head|script)\b/i;
const LEVEL = /\b(?:Warning|Notice|Deprecated|Strict Standards)\b/;
/** In JSON a line does not begin within a text. */
const JSON_START = /(?:^|[>\n])[ \t]{0,40}[{[](?=[\s"{[\]}])/;
const NOTICE_AFTER =
  /(?<=^|[\n}\]>])\s{0,40}(?:<[^<>]{1,200}>\s{0,40}){0,6}(?:PHP |Severity: |\( ! \) )?(?:Warning|Notice|Deprecated|Strict Standards)\b/;
const FATAL = /\b((?:Fatal|Parse) error(?:<\/b>)?: {1,4}.{1,300})/;
