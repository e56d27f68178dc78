/**
 * Makes something when it is first asked for. The grammar of profiles is made so: it costs ten milliseconds, and most
 * mappings have no profile on a line.
 */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
