/** The migrations that a database has, beside those of a release. */
export interface MigrationsComparison {
  /** Run, and after all of this release: a later one has run them. This one starts with them, and leaves them. */
  later: string[];
  /** Not run yet. */
  missing: string[];
  /** Whether this release starts: those of its own that were run are its first ones, with none between that it has not. */
  isInOrder: boolean;
}

/** Compares by name. @param ran in the order in which they were run @param known of this release, in any order */
export function compareMigrations(ran: readonly string[], known: readonly string[]): MigrationsComparison {
  const ordered = known.toSorted();
  const last = ordered.at(-1) ?? '';
  const later = ran.filter((name) => name > last);
  const own = ran.filter((name) => name <= last);
  const missing = ordered.filter((name) => !ran.includes(name));
  const isInOrder = own.every((name, index) => ordered[index] === name) && !(later.length && missing.length);
  return { later, missing, isInOrder };
}
