/** The same pure function, which remembers its answers, and starts over when there are more than `most`. */
export function memoize<Answer>(
  ask: (question: string) => Answer,
  most: number,
): (question: string) => Answer {
  const known = new Map<string, Answer>();
  return (question) => {
    const before = known.get(question);
    if (before !== undefined) return before;
    if (known.size >= most) known.clear();
    const answer = ask(question);
    known.set(question, answer);
    return answer;
  };
}

/**
 * Makes a value when it is first asked for, and keeps it. Grammars of files are made so: they cost tens of milliseconds,
 * and most mappings need none of them.
 */
export function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Forgets the oldest entries until there are at most `most`; an entry's age counts from when it was last added. */
export function keepNewest<Key>(
  entries: { readonly size: number; keys(): Iterable<Key>; delete(key: Key): unknown },
  most: number,
): void {
  // Its first key is far to seek where many before it were deleted: only where one has to go.
  if (entries.size <= most) return;
  for (const oldest of entries.keys()) {
    if (entries.size <= most) return;
    entries.delete(oldest);
  }
}
