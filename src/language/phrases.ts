/**
 * Every phrase that people read on keys, touch pages and the console, in English. The English phrase is its own name:
 * code says `say("Ready")`, a mapping overrides `"words": { "Ready": "Frei" }`, and each language has a table from it.
 * Names in braces are filled in, and stand in every language.
 */
export const phrases = [
  // Keys: how a room is, and what a key does.
  "Ready",
  "READY",
  "REC {elapsed}",
  "RECORDING",
  "PAUSED",
  "PAUSED {elapsed}",
  "LOCKED",
  "PREPARED",
  "No answer {age}",
  "Mark",
  "Pause",
  "Resume",
  "Lock",
  "Unlock",
  // Keys: a command under way.
  "starting",
  "stopping",
  "pausing",
  "resuming",
  "locking",
  "unlocking",
  "checking",
  // Keys: why a press did nothing.
  "State not known",
  "Not recording",
  "It is recording",
  "Paused: resume first",
  "Room is locked",
  "Not yet: try again",
  "Busy: wait",
  "Pressed too fast",
  "Not allowed here",
  "No such room",
  "Wrong room",
  "Card not known",
  "Server cannot do it",
  "Too many waiting",
  "Too late: press again",
  "Password missing",
  "Server away",
  "Server is silent",
  "Login refused",
  "Server refused",
  "Server unclear",
  "Server has a fault",
  // Alarms.
  "stopped elsewhere",
  "start not confirmed",
  "mark refused",
  "recording stalled",
  "wrong room",
  "rights missing",
  "certificate expiring",
  "clock differs",
  "looks too rare",
  "marks set aside",
  "disk nearly full",
  "record too small",
  "journal failing",
  // Console: frame, login.
  "Skip to the content",
  // Console: rooms.
  // Console: panels and panel.
  // Console: activity.
  // Console: mapping.
  // Console: health.
  // Console: tablets.
  "Tablets",
  "New link",
  "Links",
  "A tablet that opens the link shows this one panel and can do nothing else.",
  "No tablet has a link.",
  "Panel",
  "Choose a panel",
  "May press",
  "Viewing only",
  "Viewing only: presses here do nothing",
  "Make a link",
  "Open this on the tablet now. It is shown only once:",
  "made {moment}",
  "Revoke",
  "Revoke the link {id} of {panel}",
  "This link does not hold any more.",
  "Make a new one in the console, under Tablets.",
  "Asking the bridge …",
  // Console: simulator.
] as const;

export type Phrase = (typeof phrases)[number];

/** One language: every phrase. */
export type PhraseTable = Readonly<Record<Phrase, string>>;
