/**
 * Makes something when it is first asked for. Grammars are made so: they cost tens of milliseconds, and most mappings
 * name no USB device.
 */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
