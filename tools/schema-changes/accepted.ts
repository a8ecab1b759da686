import type { Change } from './change.ts';

/** Changes that a release is meant to make, and why. */
export interface Acceptance {
  reason: string;
  /** Each as `npm run schema:diff` prints it. */
  changes: string[];
}

/** What is printed of changes, and whether they may be released so. */
export interface Verdict {
  lines: string[];
  isAcceptable: boolean;
}

/**
 * Judges changes: one that breaks must be accepted, one that is accepted must be there.
 * @param mistakes what is wrong with the operations of clients as they are now
 */
export function verdictOn(
  changes: readonly Change[],
  accepted: readonly Acceptance[],
  mistakes: readonly string[],
): Verdict {
  const reasons = new Map(
    accepted.flatMap(({ reason, changes: its }) => its.map((what) => [what, reason] as const)),
  );
  const found = new Set(changes.map(({ what }) => what));
  const gone = [...reasons.keys()].filter((what) => !found.has(what));
  const breaking = changes.filter(({ isBreaking }) => isBreaking);
  const refused = breaking.filter(({ what }) => !reasons.has(what));
  const lines = [
    ...changes.map((change) => lineOf(change, reasons.get(change.what))),
    ...mistakes.map((mistake) => `WRONG    ${mistake}`),
    ...gone.map((what) => `GONE     ${what} It is accepted, and there is no such change.`),
    `${breaking.length} breaking changes, ${breaking.length - refused.length} of them accepted; ` +
      `${changes.length - breaking.length} others`,
  ];
  return { lines, isAcceptable: !refused.length && !gone.length && !mistakes.length };
}

function lineOf({ what, isBreaking, operations }: Change, reason: string | undefined): string {
  const kind = reason === undefined ? (isBreaking ? 'BREAKS  ' : 'CHANGES ') : 'ACCEPTED';
  const usage = operations.length ? ` Used by: ${operations.join(', ')}.` : ' No operation of clients uses it.';
  return `${kind} ${what}${usage}${reason === undefined ? '' : ` Accepted: ${reason}`}`;
}
