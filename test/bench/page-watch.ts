/**
 * Runs in the page before its own programs: notes long tasks, frames, and when each control had its picture. `takeNotes` hands
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
  const note = ({ target }) => {
    const control = target.closest?.("[data-control]")?.dataset.control;
    const device = target.closest?.("[data-device]")?.dataset.device;
    if (control !== undefined)
      notes.drawn.push({ key: device + " " + control, atMs: performance.timeOrigin + performance.now() });
  };
  document.addEventListener("load", note, true);
`;
