import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** The driver as it was built, opened by hand: what it tells its host is written down. */
export async function openLine(dist, settings) {
  const { serial } = await import(pathToFileURL(resolve(dist, "devices/serial/driver.js")));
  const { systemClock } = await import(pathToFileURL(resolve(dist, "src/base/clock.js")));
  const { silentLog } = await import(pathToFileURL(resolve(dist, "src/base/log.js")));
  const told = { texts: [], events: [], drops: [], losses: [], peers: [], bytes: 0 };
  const host = {
    clock: systemClock,
    log: silentLog,
    admits: () => true,
    joined: () => undefined,
    parted: () => undefined,
    traced: (direction, bytes) => {
      if (direction === "in") told.bytes += bytes.length;
    },
    emit: ({ kind, control }) => told.events.push(`${kind} ${control}`),
    request: ({ text }, from) => {
      told.texts.push(text);
      told.peers.push(from.id);
    },
    dropped: (reason) => told.drops.push(reason),
    lost: (reason) => told.losses.push(reason),
  };
  const opened = await serial.open({
    settings: serial.settingsSchema.parse(settings),
    named: [],
    host,
    signal: new AbortController().signal,
  });
  if (!opened.ok) return { told, failure: opened.failure };
  const device = opened.value;
  return {
    told,
    device,
    say: (text) => device.link.send({ text, values: [] }, "targets"),
    show: (control, lit) =>
      device.panel.show(
        control,
        { kind: "lamp", rgb: lit ? [255, 0, 0] : [0, 0, 0], blink: "steady" },
        new AbortController().signal,
      ),
    close: () => device.close(),
  };
}

/** Resolves with what `find` finds, or fails with what was waited for. */
export async function until(what, find, limitMs = 10_000) {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const found = await find();
    if (found) return found;
    if (performance.now() > endMs) throw new Error(`waited in vain: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** A step that is said when it has gone well. */
export function step(text) {
  process.stdout.write(`${text}\n`);
}
