/** A request's address, taken apart. */
export interface Target {
  /** Below `/api/v3/`; undefined for any other address. */
  readonly segments: readonly string[] | undefined;
  /** The same as text, with its query but without the token. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string | undefined;
}

/** Doubled slashes count as one: the vendor's client makes them when its address ends in a slash. */
export function readTarget(url: string): Target {
  const mark = url.indexOf("?");
  const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  const token = query.get("access_token") ?? undefined;
  query.delete("access_token");
  const parts = (mark < 0 ? url : url.slice(0, mark)).split("/").filter((part) => part !== "");
  if (parts[0] !== "api" || parts[1] !== "v3") {
    return { segments: undefined, path: `/${parts.join("/")}`, query, token };
  }
  const segments = parts.slice(2).map(decode);
  const rest = query.size === 0 ? "" : `?${query.toString()}`;
  return { segments, path: segments.join("/") + rest, query, token };
}

function decode(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
