/** What stands in the bar of every page as soon as it knows what the bridge said. */
const BAR = ["h1", ".tally", ".pill:not(.is-unknown)", 'nav a[href="/simulator"]'];

/** Every page of the console, and what stands there as soon as it knows all that it shows. */
export const EVERY_PAGE: readonly (readonly [path: string, marks: readonly string[]])[] = [
  ["/", [...BAR, '[data-device="desk"] .control img[src]']],
  ["/rooms", [...BAR, '.room-row .badge:not([data-look="unseen"])']],
  [
    "/activity",
    [...BAR, '[aria-label="Room"] option:text-is("clinic")', '[aria-label="Device"] option:text-is("desk")'],
  ],
  ["/mapping", [...BAR, ".code li", '[aria-label="Controls of"] option:text-is("desk")']],
  ["/health", [...BAR, ".checks li", ".bars", '[aria-label="Marks"] .said:not(:empty)', ".device-list li"]],
  ["/tablets", [...BAR, '[aria-label="Panel"] option:text-is("desk")', ".empty"]],
  ["/simulator", [...BAR, '[aria-label$="on the server"]', ".faults [role=switch]:enabled"]],
  ["/panel/desk", ["h1", ".control img[src]", ".actions li", '.control[aria-label*="start"]']],
];
