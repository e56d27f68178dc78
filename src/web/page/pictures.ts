/**
 * Pictures of the panels: the newest of each control, changed when the screen is drawn, so that thirty panels that tick
 * change no more often than they can be seen. They are images and no canvases, since a browser hands every canvas that
 * can be seen to the screen with every frame; and their bytes stand in the address, since it asks another process for
 * every `blob:`.
 */
const newest = new Map<string, Uint8Array>();
const images = new Map<string, Set<HTMLImageElement>>();
const dirty = new Set<string>();
let isDrawing = false;

/** Two lengths, two names, a PNG: as `packPicture` in the bridge writes it. */
export function takePicture(message: ArrayBuffer): void {
  const bytes = new Uint8Array(message);
  const [deviceLength = 0, controlLength = 0] = bytes;
  const end = 2 + deviceLength + controlLength;
  const device = names.decode(bytes.subarray(2, 2 + deviceLength));
  showPicture(device, names.decode(bytes.subarray(2 + deviceLength, end)), bytes.subarray(end));
}

/** A PNG that a control shows from now on. */
export function showPicture(device: string, control: string, png: Uint8Array): void {
  const key = keyOf(device, control);
  newest.set(key, png);
  dirty.add(key);
  if (!isDrawing) requestAnimationFrame(drawAll);
  isDrawing = true;
}

/** Shows a control's pictures in an image until the returned function is called. */
export function mountImage(device: string, control: string, image: HTMLImageElement): () => void {
  const key = keyOf(device, control);
  const mounted = images.get(key) ?? new Set();
  images.set(key, mounted.add(image));
  draw(key);
  return () => {
    mounted.delete(image);
    if (mounted.size > 0) return;
    images.delete(key);
    newest.delete(key);
  };
}

const names = new TextDecoder();

function keyOf(device: string, control: string): string {
  return `${device}\n${control}`;
}

function drawAll(): void {
  isDrawing = false;
  for (const key of dirty) draw(key);
  dirty.clear();
}

function draw(key: string): void {
  const mounted = images.get(key);
  const png = newest.get(key);
  if (png === undefined || mounted === undefined) return;
  const address = `data:image/png;base64,${btoa(asText(png))}`;
  for (const image of mounted) image.src = address;
}

/** One character a byte; in pieces, since a call takes only so many. */
function asText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES));
  return text;
}

const PIECE_BYTES = 8192;
