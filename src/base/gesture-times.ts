/** How long gestures take unless a mapping says otherwise, in milliseconds. */
export const usualTimes = { holdMs: 800, doubleTapMs: 350, debounceMs: 0 } as const;
