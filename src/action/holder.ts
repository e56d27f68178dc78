/** Somebody known by a card or by a PIN. The server keeps both in one field of its users. */
export type Holder = { readonly card: string } | { readonly pin: string };

/** The number by which the server knows somebody. */
export function numberOf(holder: Holder): string {
  return "card" in holder ? holder.card : holder.pin;
}

/**
 * Why a number must not be looked for; nothing if it may. A card with as many digits as a PIN would find whoever has
 * that PIN, and the other way round: `pinDigits`, a site's own number, tells one from the other.
 */
export function findMisfit(holder: Holder, pinDigits: number): string | undefined {
  const number = numberOf(holder);
  const isPin = number.length === pinDigits && /^\d+$/.test(number);
  if ("card" in holder)
    return isPin ? `a number of ${pinDigits} digits is a PIN and no card here` : undefined;
  return isPin ? undefined : `a PIN has ${pinDigits} digits here`;
}
