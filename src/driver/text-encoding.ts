import { decodeWindows1252, encodeWindows1252 } from "../base/windows-1252.ts";

/** `auto`: UTF-8, and Windows-1252 as soon as and as long as the other side speaks it. */
export const textEncodings = ["auto", "utf-8", "windows-1252"] as const;
type TextEncoding = (typeof textEncodings)[number];

/** Reads and writes the text of one line in one encoding. */
interface TextCoder {
  /** What is no text in the encoding becomes U+FFFD. */
  decode(bytes: Uint8Array): string;
  /** What the encoding does not have becomes `?`, which `missing` is told. */
  encode(text: string): Uint8Array;
}

/** `missing` is called for each character that the encoding does not have. */
export function createTextCoder(encoding: TextEncoding, missing: () => void): TextCoder {
  let spoken: "utf-8" | "windows-1252" = encoding === "windows-1252" ? encoding : "utf-8";

  function decodeAny(bytes: Uint8Array): string {
    const text = decodeUtf8(bytes);
    if (text === undefined) spoken = "windows-1252";
    else if (bytes.some((byte) => byte >= 0x80)) spoken = "utf-8";
    return text ?? decodeWindows1252(bytes);
  }

  return {
    decode(bytes) {
      if (encoding === "auto") return decodeAny(bytes);
      return encoding === "utf-8" ? LENIENT.decode(bytes) : decodeWindows1252(bytes);
    },
    encode: (text) => (spoken === "utf-8" ? Buffer.from(text, "utf8") : encodeWindows1252(text, missing)),
  };
}

/** UTF-8 where it is that. Else Windows-1252, in which every text of ISO 8859-1 is the same. */
export function decodeText(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? decodeWindows1252(bytes);
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return STRICT.decode(bytes);
  } catch {
    return undefined;
  }
}

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LENIENT = new TextDecoder("utf-8", { ignoreBOM: true });
