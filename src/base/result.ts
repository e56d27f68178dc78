/** The only error channel across a boundary: exceptions are bugs. */
export type Result<Value, Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure };

/** A result that is well. */
export function succeed<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

/** A result that says what went wrong. */
export function fail<Failure>(failure: Failure): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure };
}

/** Ends a switch over a closed union: the compiler refuses a missing case. */
export function assertNever(impossible: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(impossible)}`);
}
