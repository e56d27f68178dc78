import { useEffect, useState } from "preact/hooks";
import { locale } from "./words.ts";

let offsetMs = 0;

/** The bridge's clock was at `bridgeMs` just now. */
export function setBridgeClock(bridgeMs: number): void {
  offsetMs = performance.now() - bridgeMs;
}

/** What the bridge's clock says. */
export function bridgeNowMs(): number {
  return performance.now() - offsetMs;
}

/** Draws the component again so often; returns the bridge's clock. */
export function useNow(everyMs: number): number {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((count) => count + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return bridgeNowMs();
}

/** Does the task later, unless the returned function is called before. */
export function after(delayMs: number, task: () => void): () => void {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}

/** `1:02:03`, `12:05`; for how far a recording has run. */
export function writeElapsed(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
}

/** `3 s`, `1 min 23 s`, `12 min`, `2 h 5 min`, `3 days` in one line; for how long something has been so. */
export function writeAge(ageMs: number): string {
  const seconds = Math.floor(Math.max(0, ageMs) / 1000);
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  const rest = (amount: number, unit: string) => (amount === 0 ? "" : `\u00a0${amount}\u00a0${unit}`);
  if (minutes === 0) return `${seconds}\u00a0s`;
  if (minutes < 10) return `${minutes}\u00a0min${rest(seconds % 60, "s")}`;
  if (hours === 0) return `${minutes}\u00a0min`;
  if (hours < 48) return `${hours}\u00a0h${rest(minutes % 60, "min")}`;
  return wholeDays.format(Math.floor(hours / 24));
}

/** `0.4 ms`, `12 ms`, `1.5 s`; for how long something took. */
export function writeDuration(tookMs: number): string {
  if (tookMs < 10) return `${oneDigit.format(tookMs)} ms`;
  return tookMs < 1000 ? `${Math.round(tookMs)} ms` : `${oneDigit.format(tookMs / 1000)} s`;
}

const wholeDays = new Intl.NumberFormat(locale, { style: "unit", unit: "day", unitDisplay: "long" });
const oneDigit = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const clockTime = new Intl.DateTimeFormat(locale, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const dayAndTime = new Intl.DateTimeFormat(locale, {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
});

const dateAndTime = new Intl.DateTimeFormat(locale, {
  dateStyle: "medium",
  timeStyle: "medium",
});

/** To the second, for what may be long ago. */
export function writeMoment(wallMs: number): string {
  return dateAndTime.format(wallMs);
}

/** Local time, to the second: `14:03:22`, or `2:03:22 PM` where that is the habit. */
export function writeClockTime(wallMs: number): string {
  return clockTime.format(wallMs);
}

/** Local weekday and time, to the minute. */
export function writeDayAndTime(wallMs: number): string {
  return dayAndTime.format(wallMs);
}
