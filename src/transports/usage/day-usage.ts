import { OTHER } from './client-name.ts';
import { restPartsOf, type UsedOperation } from './used-operation.ts';

/** The most entries of a day: an operation, a client and its version. */
const MAX_CALLS = 2_000;
/** The most operations of GraphQL of a day: those of REST are declared, and their selections of fields are entries. */
const MAX_OPERATIONS = 300;
/** How much is left after there were too many. */
const LEFT = 0.75;

/** How often a client called an operation: served, or refused since it has ended. */
export interface Call {
  operation: UsedOperation;
  /** `name/version`. */
  client: string;
  isGone: boolean;
  calls: number;
}

/** Calls that count under another key from now on. */
export interface Fold {
  from: string;
  to: string;
}

const OTHERS = `${OTHER}/${OTHER}`;

/** The key of an operation: it has the name, since a document may have several. */
const operationKeyOf = ({ sha256, name }: Pick<UsedOperation, 'sha256' | 'name'>): string => `${sha256}|${name}`;

const keyOf = (operation: string, client: string, isGone: boolean): string =>
  `${operation}|${client}${isGone ? '|gone' : ''}`;

/** Whether the key of an operation is that of one of REST, which has no hash. */
export const isRest = (operation: string): boolean => operation.startsWith('|');

/** The parts of a key. */
export function partsOf(key: string): { operation: string; client: string; isGone: boolean } {
  const [sha256, name, client, gone] = key.split('|') as [string, string, string, string?];
  return { operation: `${sha256}|${name}`, client, isGone: gone !== undefined };
}

/** The key of the operations that were too many. */
const OTHER_OPERATIONS = operationKeyOf({ sha256: OTHER, name: OTHER });
const ALL_OTHERS = [`${OTHER_OPERATIONS}|${OTHERS}`, `|${OTHER}|${OTHERS}`];

/**
 * The use of operations in one day. Bounded: where there are too many entries or operations, those with the fewest calls are
 * counted together as `_OTHER`, so that inventing names does not displace the clients that there are.
 */
export class DayUsage {
  /** Calls by key. */
  readonly calls = new Map<string, number>();
  /** Calls by schema coordinate. */
  readonly fields = new Map<string, number>();
  /** The operations of GraphQL that have been called, by key. */
  readonly operations = new Map<string, Omit<UsedOperation, 'sha256' | 'name'>>();

  /** Whether a day with so many entries and operations must be folded. */
  static isTooMuch(calls: number, operations: number): boolean {
    return calls > MAX_CALLS || operations > MAX_OPERATIONS;
  }

  /** @returns what was folded because there was too much */
  add(all: Iterable<Call>): Fold[] {
    for (const { operation, client, isGone, calls } of all) {
      const its = operationKeyOf(operation);
      const { isPersisted, coordinates } = operation;
      if (!isRest(its) && !this.operations.has(its)) this.operations.set(its, { isPersisted, coordinates });
      increase(this.calls, keyOf(its, client, isGone), calls);
      if (isGone) continue;
      for (const coordinate of coordinates) if (coordinate.includes('.')) increase(this.fields, coordinate, calls);
    }
    return this.fold();
  }

  /** Adds the counts of another one. */
  merge({ calls, fields, operations }: DayUsage): Fold[] {
    for (const [key, count] of calls) increase(this.calls, key, count);
    for (const [key, count] of fields) increase(this.fields, key, count);
    for (const [key, operation] of operations) this.operations.set(key, operation);
    return this.fold();
  }

  /** Folds what is too much: selections of fields first, then clients, then operations. */
  fold(): Fold[] {
    const folds: Fold[] = [];
    const move = (from: string, to: string): void => {
      increase(this.calls, to, this.calls.get(from)!);
      this.calls.delete(from);
      folds.push({ from, to });
    };
    if (this.operations.size > MAX_OPERATIONS) {
      const called = this.callsByOperation();
      for (const operation of this.operations.keys())
        if (!called.has(operation)) this.operations.delete(operation);
    }
    if (this.operations.size > MAX_OPERATIONS) {
      const rare = new Set(leastOf(this.callsByOperation(), this.operations.size - MAX_OPERATIONS * LEFT));
      for (const key of Array.from(this.calls.keys())) {
        const { operation, client, isGone } = partsOf(key);
        if (rare.has(operation)) move(key, keyOf(OTHER_OPERATIONS, client, isGone));
      }
      for (const operation of rare) this.operations.delete(operation);
    }
    while (this.calls.size > MAX_CALLS) {
      for (const key of leastOf(this.calls, this.calls.size - MAX_CALLS * LEFT)) {
        move(key, widened(key));
      }
    }
    return folds;
  }

  private callsByOperation(): Map<string, number> {
    const sums = new Map<string, number>();
    for (const [key, calls] of this.calls) {
      const { operation } = partsOf(key);
      if (!isRest(operation)) increase(sums, operation, calls);
    }
    sums.delete(OTHER_OPERATIONS);
    return sums;
  }
}

/** The key that an entry is counted under if there are too many. */
function widened(key: string): string {
  const { operation, client, isGone } = partsOf(key);
  if (!isRest(operation)) return keyOf(client === OTHERS ? OTHER_OPERATIONS : operation, OTHERS, isGone);
  const { route, fields } = restPartsOf(operation.slice(1));
  if (fields) return keyOf(`|${route}`, client, isGone);
  return keyOf(client === OTHERS ? `|${OTHER}` : operation, OTHERS, isGone);
}

function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** The keys with the fewest counts, besides those that count all others. */
function leastOf(counts: ReadonlyMap<string, number>, number: number): string[] {
  const sorted = [...counts]
    .filter(([key]) => !ALL_OTHERS.some((others) => key.startsWith(others)))
    .sort(([, one], [, other]) => one - other);
  return sorted.slice(0, Math.ceil(number)).map(([key]) => key);
}
