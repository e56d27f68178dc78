/**
 * Pictures of the panels: the newest of each control, decoded beside the page's own work and drawn when the screen is,
 * so that thirty panels that tick draw no more often than they can be seen.
 */
const bitmaps = new Map<string, ImageBitmap>();
const canvases = new Map<string, Set<HTMLCanvasElement>>();
const decoding = new Set<string>();
const waiting = new Map<string, Blob>();
const dirty = new Set<string>();
let isDrawing = false;

/** Two lengths, two names, a PNG: as `packPicture` in the bridge writes it. */
export function takePicture(message: ArrayBuffer): void {
  const bytes = new Uint8Array(message);
  const [deviceLength = 0, controlLength = 0] = bytes;
  const names = new TextDecoder();
  const device = names.decode(bytes.subarray(2, 2 + deviceLength));
  const end = 2 + deviceLength + controlLength;
  const control = names.decode(bytes.subarray(2 + deviceLength, end));
  waiting.set(`${device}\n${control}`, new Blob([bytes.subarray(end)], { type: "image/png" }));
  void decode(`${device}\n${control}`);
}

/** Shows a control's pictures on a canvas until the returned function is called. */
export function mountCanvas(device: string, control: string, canvas: HTMLCanvasElement): () => void {
  const key = `${device}\n${control}`;
  const mounted = canvases.get(key) ?? new Set();
  canvases.set(key, mounted.add(canvas));
  draw(key);
  return () => {
    mounted.delete(canvas);
    if (mounted.size > 0) return;
    canvases.delete(key);
    bitmaps.get(key)?.close();
    bitmaps.delete(key);
  };
}

/** One at a time for each control: what comes meanwhile replaces what waits. */
async function decode(key: string): Promise<void> {
  if (decoding.has(key)) return;
  decoding.add(key);
  for (let blob = waiting.get(key); blob !== undefined; blob = waiting.get(key)) {
    waiting.delete(key);
    const bitmap = await createImageBitmap(blob).catch(() => undefined);
    if (bitmap === undefined) continue;
    bitmaps.get(key)?.close();
    bitmaps.set(key, bitmap);
    dirty.add(key);
    if (!isDrawing) requestAnimationFrame(drawAll);
    isDrawing = true;
  }
  decoding.delete(key);
}

function drawAll(): void {
  isDrawing = false;
  for (const key of dirty) draw(key);
  dirty.clear();
}

function draw(key: string): void {
  const bitmap = bitmaps.get(key);
  if (bitmap === undefined) return;
  for (const canvas of canvases.get(key) ?? []) {
    if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
    if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
    canvas.getContext("2d", { alpha: false })?.drawImage(bitmap, 0, 0);
  }
}
