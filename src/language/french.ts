import type { PhraseTable } from "./phrases.ts";

export const french: PhraseTable = {
  // Keys: how a room is, and what a key does.
  Ready: "Prêt",
  READY: "PRÊT",
  "REC {elapsed}": "REC {elapsed}",
  RECORDING: "EN COURS",
  PAUSED: "EN PAUSE",
  "PAUSED {elapsed}": "PAUSE {elapsed}",
  LOCKED: "VERROUILLÉ",
  PREPARED: "PRÉPARÉ",
  "No answer {age}": "Sans réponse {age}",
  Mark: "Repère",
  Pause: "Pause",
  Resume: "Reprendre",
  Lock: "Verrouiller",
  Unlock: "Déverrouiller",
  // Keys: a command under way.
  starting: "démarrage",
  stopping: "arrêt",
  pausing: "mise en pause",
  resuming: "reprise",
  locking: "verrouillage",
  unlocking: "déverrouillage",
  checking: "vérification",
  // Keys: why a press did nothing.
  "State not known": "État inconnu",
  "Not recording": "Pas d’enregistrement",
  "It is recording": "Enregistrement en cours",
  "Paused: resume first": "En pause : reprendre d’abord",
  "Room is locked": "Salle verrouillée",
  "Not yet: try again": "Pas encore : réessayer",
  "Busy: wait": "Occupé : attendre",
  "Pressed too fast": "Appuyé trop vite",
  "Not allowed here": "Interdit ici",
  "No such room": "Salle inexistante",
  "Wrong room": "Mauvaise salle",
  "Card not known": "Carte inconnue",
  "Server cannot do it": "Serveur incapable",
  "Too many waiting": "Trop en attente",
  "Too late: press again": "Trop tard : réappuyer",
  "Password missing": "Mot de passe absent",
  "Server away": "Serveur absent",
  "Server is silent": "Serveur muet",
  "Login refused": "Connexion refusée",
  "Server refused": "Serveur refuse",
  "Server unclear": "Réponse peu claire",
  "Server has a fault": "Erreur du serveur",
  // Alarms.
  "stopped elsewhere": "arrêté ailleurs",
  "start not confirmed": "démarrage non confirmé",
  "mark refused": "repère refusé",
  "recording stalled": "enregistrement bloqué",
  "wrong room": "mauvaise salle",
  "rights missing": "droits manquants",
  "certificate expiring": "certificat expirant",
  "clock differs": "horloge décalée",
  "looks too rare": "lectures trop rares",
  "marks set aside": "repères mis de côté",
  "disk nearly full": "disque presque plein",
  "record too small": "journal trop petit",
  "journal failing": "journal en panne",
  // Console: frame, login.
  "Skip to the content": "Aller au contenu",
  // Console: rooms.
  // Console: panels and panel.
  // Console: activity.
  // Console: mapping.
  // Console: health.
  // Console: tablets.
  Tablets: "Tablettes",
  "New link": "Nouveau lien",
  Links: "Liens",
  "A tablet that opens the link shows this one panel and can do nothing else.":
    "Une tablette qui ouvre le lien affiche ce seul panneau et ne peut rien faire d’autre.",
  "No tablet has a link.": "Aucune tablette n’a de lien.",
  Panel: "Panneau",
  "Choose a panel": "Choisir un panneau",
  "May press": "Peut appuyer",
  "Viewing only": "Lecture seule",
  "Viewing only: presses here do nothing": "Lecture seule : appuyer ici ne fait rien",
  "Make a link": "Créer un lien",
  "Open this on the tablet now. It is shown only once:":
    "À ouvrir maintenant sur la tablette. Le lien n’est affiché qu’une fois :",
  "made {moment}": "créé le {moment}",
  Revoke: "Révoquer",
  "Revoke the link {id} of {panel}": "Révoquer le lien {id} de {panel}",
  "This link does not hold any more.": "Ce lien n’est plus valable.",
  "Make a new one in the console, under Tablets.": "Créez-en un nouveau dans la console, sous « Tablettes ».",
  "Asking the bridge …": "Interrogation de la passerelle …",
  // Console: simulator.
};
