/**
 * Runs in the page before its own programs: notes long tasks, frames, when each picture came and when it was drawn. `takeNotes` hands
 * them out and begins anew. A text, since this side has no types of the browser.
 */
export const WATCH_PAGE = `
  let notes = { longTasksMs: [], frames: 0, arrived: [], drawn: [] };
  globalThis.takeNotes = () => {
    const taken = notes;
    notes = { longTasksMs: [], frames: 0, arrived: [], drawn: [] };
    return taken;
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) notes.longTasksMs.push(duration);
  }).observe({ type: "longtask" });
  const count = () => {
    notes.frames += 1;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  const now = () => performance.timeOrigin + performance.now();
  const Plain = globalThis.WebSocket;
  globalThis.WebSocket = class extends Plain {
    constructor(...parts) {
      super(...parts);
      this.addEventListener("message", ({ data }) => {
        if (!(data instanceof ArrayBuffer)) return;
        const [deviceLength, controlLength] = new Uint8Array(data, 0, 2);
        const names = new TextDecoder().decode(new Uint8Array(data, 2, deviceLength + controlLength));
        notes.arrived.push({ key: names.slice(0, deviceLength) + " " + names.slice(deviceLength), atMs: now() });
      });
    }
  };
  const note = ({ target }) => {
    const control = target.closest?.("[data-control]")?.dataset.control;
    const device = target.closest?.("[data-device]")?.dataset.device;
    if (control !== undefined)
      notes.drawn.push({ key: device + " " + control, atMs: now() });
  };
  document.addEventListener("load", note, true);
`;
