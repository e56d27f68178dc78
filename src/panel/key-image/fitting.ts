import type { FittedText } from "./fit-text.ts";
import { layOut } from "./layout.ts";
import type { KeyPicture, PictureSize } from "./picture.ts";
import { loadSurfaces } from "./surface.ts";

/** How the texts of a picture come out on a size of key. */
interface PictureFit {
  readonly text: TextFit;
  readonly caption: TextFit;
}

interface TextFit {
  /** All of it is there, and no word is broken between letters. */
  readonly isWhole: boolean;
  /** What is shown, its lines side by side. */
  readonly shown: string;
}

/** What measures pictures as they are drawn, without drawing them. Rejects where library or fonts cannot be loaded. */
export async function loadFitting(
  ownFont?: string,
): Promise<(picture: KeyPicture, size: PictureSize) => PictureFit> {
  const surfaces = await loadSurfaces(ownFont);
  return (picture, size) => {
    const { text, caption } = layOut(picture, size, { measureEm: surfaces.of(size).measureEm });
    return { text: tellFit(text.fitted, picture.text), caption: tellFit(caption.fitted, picture.caption) };
  };
}

function tellFit({ lines, isBroken }: FittedText, text: string): TextFit {
  const shown = lines.map((line) => line.text).join(" ");
  return { isWhole: !isBroken && (lines.length > 0 || text.trim() === ""), shown };
}
