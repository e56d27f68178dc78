import type { PhraseTable } from "./phrases.ts";

export const dutch: PhraseTable = {
  // Keys: how a room is, and what a key does.
  Ready: "Gereed",
  READY: "GEREED",
  "REC {elapsed}": "REC {elapsed}",
  RECORDING: "OPNAME",
  PAUSED: "GEPAUZEERD",
  "PAUSED {elapsed}": "PAUZE {elapsed}",
  LOCKED: "VERGRENDELD",
  PREPARED: "VOORBEREID",
  "No answer {age}": "Geen antwoord {age}",
  Mark: "Markering",
  Pause: "Pauze",
  Resume: "Hervatten",
  Lock: "Vergrendelen",
  Unlock: "Ontgrendelen",
  // Keys: a command under way.
  starting: "start",
  stopping: "stopt",
  pausing: "pauzeert",
  resuming: "hervat",
  locking: "vergrendelt",
  unlocking: "ontgrendelt",
  checking: "controleert",
  // Keys: why a press did nothing.
  "State not known": "Toestand onbekend",
  "Not recording": "Geen opname",
  "It is recording": "Er wordt opgenomen",
  "Paused: resume first": "Pauze: eerst hervatten",
  "Room is locked": "Ruimte vergrendeld",
  "Not yet: try again": "Nog niet: opnieuw",
  "Busy: wait": "Bezig: wachten",
  "Pressed too fast": "Te snel gedrukt",
  "Not allowed here": "Hier niet toegestaan",
  "No such room": "Ruimte bestaat niet",
  "Wrong room": "Verkeerde ruimte",
  "Card not known": "Kaart onbekend",
  "Server cannot do it": "Server kan dit niet",
  "Too many waiting": "Te veel wachtend",
  "Too late: press again": "Te laat: druk opnieuw",
  "Password missing": "Wachtwoord ontbreekt",
  "Server away": "Server weg",
  "Server is silent": "Server zwijgt",
  "Login refused": "Aanmelden geweigerd",
  "Server refused": "Server weigert",
  "Server unclear": "Antwoord onduidelijk",
  "Server has a fault": "Fout in server",
  // Alarms.
  "stopped elsewhere": "elders gestopt",
  "start not confirmed": "start niet bevestigd",
  "mark refused": "markering geweigerd",
  "recording stalled": "opname staat stil",
  "wrong room": "verkeerde ruimte",
  "rights missing": "rechten ontbreken",
  "certificate expiring": "certificaat verloopt",
  "clock differs": "klok wijkt af",
  "looks too rare": "te weinig metingen",
  "marks set aside": "markeringen apart gezet",
  "disk nearly full": "schijf bijna vol",
  "record too small": "logboek te klein",
  "journal failing": "logboek hapert",
  // Console: frame, login.
  "Skip to the content": "Naar de inhoud",
  // Console: rooms.
  // Console: panels and panel.
  // Console: activity.
  // Console: mapping.
  // Console: health.
  // Console: tablets.
  Tablets: "Tablets",
  "New link": "Nieuwe link",
  Links: "Links",
  "A tablet that opens the link shows this one panel and can do nothing else.":
    "Een tablet die de link opent toont alleen dit paneel en kan niets anders.",
  "No tablet has a link.": "Geen tablet heeft een link.",
  Panel: "Paneel",
  "Choose a panel": "Kies een paneel",
  "May press": "Mag drukken",
  "Viewing only": "Alleen kijken",
  "Viewing only: presses here do nothing": "Alleen kijken: drukken doet hier niets",
  "Make a link": "Link maken",
  "Open this on the tablet now. It is shown only once:":
    "Open dit nu op de tablet. De link wordt maar één keer getoond:",
  "made {moment}": "gemaakt {moment}",
  Revoke: "Intrekken",
  "Revoke the link {id} of {panel}": "Link {id} van {panel} intrekken",
  "This link does not hold any more.": "Deze link is niet meer geldig.",
  "Make a new one in the console, under Tablets.": "Maak een nieuwe in de console, onder Tablets.",
  "Asking the bridge …": "De bridge wordt gevraagd …",
  // Console: simulator.
};
