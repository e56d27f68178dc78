import type { SiteInfo } from "./protocol.ts";
import { stamp } from "./words.ts";

const RELOADED = "reloaded-for-words";

/** Looks as the mapping says now; another language is read from a new document, once for each. */
export function followSite({ words, colors }: SiteInfo): void {
  document.documentElement.dataset.colors = colors;
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const picture = colors === "green-is-recording" ? "./page/icon-green.svg" : "./page/icon.svg";
  if (icon !== null && icon.getAttribute("href") !== picture) icon.setAttribute("href", picture);
  if (words === stamp || sessionStorage.getItem(RELOADED) === words) return;
  sessionStorage.setItem(RELOADED, words);
  location.reload();
}
