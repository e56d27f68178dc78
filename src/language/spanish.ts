import type { PhraseTable } from "./phrases.ts";

export const spanish: PhraseTable = {
  // Keys: how a room is, and what a key does.
  Ready: "Listo",
  READY: "LISTO",
  "REC {elapsed}": "REC {elapsed}",
  RECORDING: "GRABANDO",
  PAUSED: "EN PAUSA",
  "PAUSED {elapsed}": "PAUSA {elapsed}",
  LOCKED: "BLOQUEADA",
  PREPARED: "PREPARADA",
  "No answer {age}": "Sin respuesta {age}",
  Mark: "Marca",
  Pause: "Pausa",
  Resume: "Reanudar",
  Lock: "Bloquear",
  Unlock: "Desbloquear",
  // Keys: a command under way.
  starting: "iniciando",
  stopping: "deteniendo",
  pausing: "pausando",
  resuming: "reanudando",
  locking: "bloqueando",
  unlocking: "desbloqueando",
  checking: "comprobando",
  // Keys: why a press did nothing.
  "State not known": "Estado desconocido",
  "Not recording": "No se graba",
  "It is recording": "Se está grabando",
  "Paused: resume first": "En pausa: reanude antes",
  "Room is locked": "Sala bloqueada",
  "Not yet: try again": "Aún no: repita",
  "Busy: wait": "Ocupado: espere",
  "Pressed too fast": "Pulsado muy rápido",
  "Not allowed here": "No permitido aquí",
  "No such room": "La sala no existe",
  "Wrong room": "Sala equivocada",
  "Card not known": "Tarjeta desconocida",
  "Server cannot do it": "El servidor no puede",
  "Too many waiting": "Demasiados en espera",
  "Too late: press again": "Tarde: pulse otra vez",
  "Password missing": "Falta la contraseña",
  "Server away": "Servidor ausente",
  "Server is silent": "Servidor no responde",
  "Login refused": "Acceso rechazado",
  "Server refused": "Servidor rechaza",
  "Server unclear": "Respuesta poco clara",
  "Server has a fault": "Error del servidor",
  // Alarms.
  "stopped elsewhere": "detenida en otro sitio",
  "start not confirmed": "inicio sin confirmar",
  "mark refused": "marca rechazada",
  "recording stalled": "grabación detenida",
  "wrong room": "sala equivocada",
  "rights missing": "faltan permisos",
  "certificate expiring": "certificado por caducar",
  "clock differs": "reloj desfasado",
  "looks too rare": "consultas escasas",
  "marks set aside": "marcas apartadas",
  "disk nearly full": "disco casi lleno",
  "record too small": "registro pequeño",
  "journal failing": "registro con fallos",
  // Console: frame, login.
  "Skip to the content": "Ir al contenido",
  // Console: rooms.
  // Console: panels and panel.
  // Console: activity.
  // Console: mapping.
  // Console: health.
  // Console: tablets.
  Tablets: "Tabletas",
  "New link": "Enlace nuevo",
  Links: "Enlaces",
  "A tablet that opens the link shows this one panel and can do nothing else.":
    "Una tableta que abre el enlace muestra solo este panel y no puede hacer nada más.",
  "No tablet has a link.": "Ninguna tableta tiene enlace.",
  Panel: "Panel",
  "Choose a panel": "Elegir un panel",
  "May press": "Puede pulsar",
  "Viewing only": "Solo ver",
  "Viewing only: presses here do nothing": "Solo ver: pulsar aquí no hace nada",
  "Make a link": "Crear un enlace",
  "Open this on the tablet now. It is shown only once:":
    "Ábralo ahora en la tableta. Solo se muestra una vez:",
  "made {moment}": "creado el {moment}",
  Revoke: "Revocar",
  "Revoke the link {id} of {panel}": "Revocar el enlace {id} de {panel}",
  "This link does not hold any more.": "Este enlace ya no es válido.",
  "Make a new one in the console, under Tablets.": "Cree uno nuevo en la consola, en «Tabletas».",
  "Asking the bridge …": "Consultando el puente …",
  // Console: simulator.
};
