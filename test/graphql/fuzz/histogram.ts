import { Kind, parse, visit } from 'graphql';
import type { GraphqlRequest } from './documents.ts';
import type { Reference } from './reference.ts';

/** What documents were like. */
export interface Summary {
  documents: number;
  valid: number;
  withErrorOrNull: number;
  medianFields: number;
  byKind: Record<string, number>;
  byWay: Record<string, number>;
  /** How many valid documents have so many fields, by powers of two: `8` has 8 to 15. */
  byFields: Record<string, number>;
}

/** Counts documents as they are compared. */
export class Histogram {
  private readonly fields: number[] = [];
  private readonly counts = { documents: 0, valid: 0, withErrorOrNull: 0 };
  private readonly byKind: Record<string, number> = {};
  private readonly byWay: Record<string, number> = {};

  add({ query, kind }: GraphqlRequest, { isValid, outcome }: Reference, ways: readonly { name: string }[]): void {
    this.counts.documents += 1;
    this.byKind[kind] = (this.byKind[kind] ?? 0) + 1;
    for (const { name } of ways) this.byWay[name] = (this.byWay[name] ?? 0) + 1;
    if (outcome.errors.length || outcome.data?.includes('null')) this.counts.withErrorOrNull += 1;
    if (!isValid) return;
    this.counts.valid += 1;
    this.fields.push(fieldsIn(query));
  }

  summary(): Summary {
    const fields = this.fields.sort((a, b) => a - b);
    const byFields: Record<string, number> = {};
    for (const many of fields) {
      const from = 2 ** Math.floor(Math.log2(many));
      byFields[from] = (byFields[from] ?? 0) + 1;
    }
    const medianFields = fields[fields.length >> 1] ?? 0;
    return { ...this.counts, medianFields, byKind: this.byKind, byWay: this.byWay, byFields };
  }
}

function fieldsIn(query: string): number {
  let fields = 0;
  visit(parse(query), { [Kind.FIELD]: () => void (fields += 1) });
  return fields;
}
