import { useEffect, useState } from "preact/hooks";

/** A value that parts of the page follow. */
export interface Field<Value> {
  readonly value: Value;
  set(value: Value): void;
  /** Returns how to stop. */
  follow(listener: () => void): () => void;
}

/** A field with its first value. */
export function createField<Value>(first: Value): Field<Value> {
  const listeners = new Set<() => void>();
  let value = first;
  return {
    get value() {
      return value;
    },
    set(next) {
      if (next === value) return;
      value = next;
      for (const listener of listeners) listener();
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The field's value; the component is drawn again when it changes. */
export function useField<Value>(field: Field<Value>): Value {
  const [, redraw] = useState(0);
  const drawn = field.value;
  useEffect(() => {
    const change = () => redraw((count) => count + 1);
    const stop = field.follow(change);
    // Effects run after the browser has painted: what came in between was told to nobody.
    if (field.value !== drawn) change();
    return stop;
  }, [field]);
  return drawn;
}
