/**
 * Words for on and off that a button or a switch may send, without capitals. They are what surfaces are known to send and
 * what people write on their keys; a mapping adds its own with the setting `words`. No word stands on both sides.
 */
const on = {
  english: "on true yes y press pressed down active enable enabled start record",
  german: "an ein ja wahr aktiv gedrückt",
  french: "oui vrai actif marche allumé",
  spanish: "sí si verdadero activo encendido",
  italian: "sì vero attivo acceso",
  dutch: "aan waar actief",
  portuguese: "sim verdadeiro ligado ativo",
  nordic: "på aktiv sant kyllä päällä",
} as const;

const off = {
  english: "off false no n release released up inactive disable disabled stop stopped end",
  german: "aus nein falsch inaktiv losgelassen stopp",
  french: "non faux inactif arrêt éteint",
  spanish: "falso inactivo apagado parar",
  italian: "spento inattivo ferma",
  dutch: "uit nee onwaar inactief",
  portuguese: "não nao desligado inativo",
  nordic: "av nej nei ei falskt pois",
} as const;

/** Every usual word for on, without capitals. */
export const ON_WORDS: ReadonlySet<string> = wordsOf(on);
/** Every usual word for off, without capitals. */
export const OFF_WORDS: ReadonlySet<string> = wordsOf(off);

function wordsOf(byLanguage: Readonly<Record<string, string>>): ReadonlySet<string> {
  return new Set(Object.values(byLanguage).flatMap((words) => words.split(" ")));
}
