import type { SiteInfo } from "./protocol.ts";
import { stamp } from "./words.ts";

const RELOADED = "reloaded-for-words";

/** Looks as the mapping says now; another language is read from a new document, once for each. */
export function followSite({ words, colors }: SiteInfo): void {
  document.documentElement.dataset.colors = colors;
  if (words === stamp || sessionStorage.getItem(RELOADED) === words) return;
  sessionStorage.setItem(RELOADED, words);
  location.reload();
}

const LIT = { "red-is-recording": "./page/icon-red.svg", "green-is-recording": "./page/icon-green.svg" };

/** The icon of the browser's tab: lit in the colour of recording while a room records. */
export function lightIcon(isRecording: boolean, colors: SiteInfo["colors"]): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const picture = isRecording ? LIT[colors] : "./page/icon.svg";
  if (icon !== null && icon.getAttribute("href") !== picture) icon.setAttribute("href", picture);
}
