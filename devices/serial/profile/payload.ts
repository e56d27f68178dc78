import { parseJson } from "../../../src/base/json.ts";
/** One message of a device, read as far as somebody asks. */
export interface Payload {
  readonly bytes: Uint8Array;
  /** UTF-8 where it is that, else one character a byte. */
  readonly text: string;
  /** Undefined when it is no JSON. */
  readonly json: unknown;
}

/** Reads a message when it is asked for as text or as JSON; never throws. */
export function readPayload(bytes: Uint8Array): Payload {
  let text: string | undefined;
  let json: { readonly value: unknown } | undefined;
  return {
    bytes,
    get text() {
      text ??= decode(bytes);
      return text;
    },
    get json() {
      json ??= { value: parseJson(this.text) };
      return json.value;
    },
  };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return Buffer.from(bytes).toString("latin1");
  }
}
