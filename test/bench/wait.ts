export function rest(forMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, forMs));
}

/** Asks until the answer is yes; throws after `withinMs`. */
export async function until(
  what: string,
  ask: () => boolean | Promise<boolean>,
  withinMs = 20_000,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await ask())) {
    if (performance.now() > endMs) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await rest(20);
  }
}

/** Waits until `count` has reached `wanted`, has stopped growing for `quietMs`, or `withinMs` are over. */
export async function untilQuiet(
  count: () => number,
  { wanted, quietMs, withinMs }: Readonly<Record<"wanted" | "quietMs" | "withinMs", number>>,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  let last = count();
  let changedMs = performance.now();
  while (last < wanted && performance.now() < changedMs + quietMs && performance.now() < endMs) {
    await rest(20);
    if (count() === last) continue;
    last = count();
    changedMs = performance.now();
  }
}
