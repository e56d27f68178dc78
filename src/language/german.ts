import type { PhraseTable } from "./phrases.ts";

export const german: PhraseTable = {
  // Keys: how a room is, and what a key does.
  Ready: "Bereit",
  READY: "BEREIT",
  "REC {elapsed}": "REC {elapsed}",
  RECORDING: "AUFNAHME",
  PAUSED: "PAUSE",
  "PAUSED {elapsed}": "PAUSE {elapsed}",
  LOCKED: "GESPERRT",
  PREPARED: "VORBEREITET",
  "No answer {age}": "Keine Antwort {age}",
  Mark: "Marke",
  Pause: "Pause",
  Resume: "Weiter",
  Lock: "Sperren",
  Unlock: "Entsperren",
  // Keys: a command under way.
  starting: "startet",
  stopping: "stoppt",
  pausing: "pausiert",
  resuming: "setzt fort",
  locking: "sperrt",
  unlocking: "entsperrt",
  checking: "prüft",
  // Keys: why a press did nothing.
  "State not known": "Zustand unbekannt",
  "Not recording": "Keine Aufnahme",
  "It is recording": "Aufnahme läuft",
  "Paused: resume first": "Pause: erst fortsetzen",
  "Room is locked": "Raum ist gesperrt",
  "Not yet: try again": "Noch nicht: nochmal",
  "Busy: wait": "Beschäftigt: warten",
  "Pressed too fast": "Zu schnell gedrückt",
  "Not allowed here": "Hier nicht erlaubt",
  "No such room": "Raum gibt es nicht",
  "Wrong room": "Falscher Raum",
  "Card not known": "Karte unbekannt",
  "Server cannot do it": "Server kann das nicht",
  "Too many waiting": "Zu viele warten",
  "Too late: press again": "Zu spät: nochmal drücken",
  "Password missing": "Passwort fehlt",
  "Server away": "Server nicht da",
  "Server is silent": "Server antwortet nicht",
  "Login refused": "Anmeldung abgelehnt",
  "Server refused": "Server lehnt ab",
  "Server unclear": "Antwort unklar",
  "Server has a fault": "Fehler im Server",
  // Alarms.
  "stopped elsewhere": "anderswo gestoppt",
  "start not confirmed": "Start nicht bestätigt",
  "mark refused": "Marke abgelehnt",
  "recording stalled": "Aufnahme steht",
  "wrong room": "falscher Raum",
  "rights missing": "Rechte fehlen",
  "certificate expiring": "Zertifikat läuft ab",
  "clock differs": "Uhr weicht ab",
  "looks too rare": "zu seltene Abfragen",
  "marks set aside": "Marken zurückgestellt",
  "disk nearly full": "Platte fast voll",
  "record too small": "Protokoll zu klein",
  "journal failing": "Protokoll gestört",
  // Console: frame, login.
  "Skip to the content": "Zum Inhalt",
  // Console: rooms.
  // Console: panels and panel.
  // Console: activity.
  // Console: mapping.
  // Console: health.
  // Console: tablets.
  Tablets: "Tablets",
  "New link": "Neuer Link",
  Links: "Links",
  "A tablet that opens the link shows this one panel and can do nothing else.":
    "Ein Tablet, das den Link öffnet, zeigt nur dieses Bedienfeld und kann sonst nichts.",
  "No tablet has a link.": "Kein Tablet hat einen Link.",
  Panel: "Bedienfeld",
  "Choose a panel": "Bedienfeld wählen",
  "May press": "Darf drücken",
  "Viewing only": "Nur ansehen",
  "Viewing only: presses here do nothing": "Nur ansehen: Drücken bewirkt hier nichts",
  "Make a link": "Link erstellen",
  "Open this on the tablet now. It is shown only once:":
    "Jetzt auf dem Tablet öffnen. Der Link wird nur einmal angezeigt:",
  "made {moment}": "erstellt {moment}",
  Revoke: "Widerrufen",
  "Revoke the link {id} of {panel}": "Link {id} von {panel} widerrufen",
  "This link does not hold any more.": "Dieser Link gilt nicht mehr.",
  "Make a new one in the console, under Tablets.": "Einen neuen in der Konsole unter „Tablets“ erstellen.",
  "Asking the bridge …": "Die Bridge wird gefragt …",
  // Console: simulator.
};
