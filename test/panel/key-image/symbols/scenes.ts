import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { KeyPicture } from "../../../../src/panel/key-image/picture.ts";
import { readPicture } from "../../../../src/panel/key-image/symbols/picture-file.ts";
import { rasterize } from "../../../../src/panel/key-image/symbols/rasterize.ts";
import type { Bitmap, SymbolSource } from "../../../../src/panel/key-image/symbols/symbol.ts";
import { blank } from "../scenes.ts";

/** A wide logo in dark colours, and a bright round picture. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><circle cx="50" cy="50" r="40" fill="#123a78"/>
  <rect x="110" y="30" width="170" height="15" fill="#123a78"/><rect x="110" y="55" width="170" height="15" fill="#2f9e44"/></svg>`;
const mother = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">
  <circle cx="50" cy="28" r="22" fill="#ffb199"/><path d="M10 95a40 40 0 0 1 80 0z" fill="#f06292"/></svg>`;

function pictureOf(svg: string): SymbolSource {
  const picture = readPicture(Buffer.from(svg));
  if (!picture.ok) throw new Error(picture.failure.message);
  return picture.value;
}

const sources: Readonly<Record<string, SymbolSource>> = {
  microphone: { kind: "icon", icon: "microphone" },
  scale: { kind: "icon", icon: "scale" },
  home: { kind: "icon", icon: "home" },
  logo: pictureOf(logo),
  mother: pictureOf(mother),
};

/** The symbols of these scenes, drawn. */
export async function shelfOfScenes() {
  const drawn = new Map<string, Bitmap>();
  for (const [name, source] of Object.entries(sources))
    drawn.set(name, await rasterize(source, { createCanvas, loadImage }));
  return { get: (name: string) => drawn.get(name), onChange: () => () => undefined };
}

/** Keys with symbols, in the course of a day. */
export const symbolScenes = ["microphone", "logo", "mother"].flatMap((symbol) => [
  say({ color: "green", icon: "ready", text: "Start", state: "Ready", symbol }),
  say({ color: "red", icon: "record", text: "REC 12:31", symbol }),
  say({ color: "red", icon: "record", text: "REC 1:02:03", own: "Dr. Meyer", symbol, progress: 0.5 }),
  say({ color: "orange", icon: "pause", text: "Resume", state: "PAUSED 12:31", symbol }),
  say({ color: "white", icon: "mark", text: "Mark", symbol, symbolStands: "for-icon", badge: "+3" }),
  say({ color: "white", icon: "mark", text: "Mark", symbol, symbolStands: "for-icon", badge: "!" }),
  say({ color: "red", icon: "record", text: "REC 12:31", symbol, badge: "+12" }),
  say({ color: "gray", icon: "none", text: "", caption: "", own: "Rooms", symbol, symbolStands: "for-icon" }),
]);

export const plainSymbols = ["home", "scale", "lock", "logo"].map((symbol) =>
  say({ color: "gray", icon: "none", text: "", caption: "", symbol, symbolStands: "for-icon" }),
);

function say(shown: Partial<KeyPicture>): KeyPicture {
  return { ...blank, caption: "Interview 1", ...shown };
}
