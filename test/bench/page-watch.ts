/**
 * Runs in the page before its own programs: notes long tasks, frames, and when each control was drawn. `takeNotes` hands
 * them out and begins anew. A text, since this side has no types of the browser.
 */
export const WATCH_PAGE = `
  let notes = { longTasksMs: [], frames: 0, drawn: [] };
  globalThis.takeNotes = () => {
    const taken = notes;
    notes = { longTasksMs: [], frames: 0, drawn: [] };
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
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...parts) {
    draw.apply(this, parts);
    const control = this.canvas.closest("[data-control]")?.dataset.control;
    const device = this.canvas.closest("[data-device]")?.dataset.device;
    notes.drawn.push({ key: device + " " + control, atMs: performance.timeOrigin + performance.now() });
  };
`;
