import type { Change } from './change.ts';

/** The intended breaking changes of a release, with reasons. */
export interface Acceptance {
  reason: string;
  /** Each in the words of `npm run schema:diff`. */
  changes: string[];
}

/** The printed report, and whether the changes may be released. */
export interface Verdict {
  lines: string[];
  isAcceptable: boolean;
}

/** The reasons of accepted changes, by their words. */
export const reasonsOf = (accepted: readonly Acceptance[]): ReadonlyMap<string, string> =>
  new Map(accepted.flatMap(({ reason, changes }) => changes.map((what) => [what, reason] as const)));

/**
 * Evaluates changes: breaking ones must be accepted, and accepted ones must exist.
 * @param mistakes errors in the current client operations
 */
export function verdictOn(
  changes: readonly Change[],
  accepted: readonly Acceptance[],
  mistakes: readonly string[],
): Verdict {
  const reasons = reasonsOf(accepted);
  const found = new Set(changes.map(({ what }) => what));
  const gone = [...reasons.keys()].filter((what) => !found.has(what));
  const breaking = changes.filter(({ isBreaking }) => isBreaking);
  const refused = breaking.filter(({ what }) => !reasons.has(what));
  const lines = [
    ...changes.map((change) => lineOf(change, reasons.get(change.what))),
    ...mistakes.map((mistake) => `WRONG    ${mistake}`),
    ...gone.map((what) => `GONE     ${what} It is accepted, but does not exist.`),
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
