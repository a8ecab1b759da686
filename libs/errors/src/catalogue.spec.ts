import { describe, expect, it } from '@jest/globals';
import { catalogue, type CatalogueEntry } from '#libs/errors';

const entries: [string, CatalogueEntry][] = Object.entries(catalogue);

/** Every status HTTP has for an error of the client's or ours that this gateway may answer with (RFC 9110). */
const STATUSES = [
  400, 401, 403, 404, 405, 406, 408, 409, 412, 413, 414, 415, 417, 422, 426, 428, 429, 431, 500, 502, 503, 504,
];

describe('the error catalogue', () => {
  it('names every code in UPPER_SNAKE', () => {
    for (const [code] of entries) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  });

  it.each(entries)('gives %s a status that fits, and words for clients and for the documentation', (_, entry) => {
    expect(STATUSES).toContain(entry.status);
    expect(entry.title).toMatch(/^[A-Z].*[a-z]$/);
    expect(entry.when).toMatch(/^[A-Z].*\.$/);
  });

  it('says something else for every code', () => {
    const reported = (word: (entry: CatalogueEntry) => string) =>
      new Set(entries.map(([, entry]) => word(entry))).size;
    expect(reported(({ title }) => title)).toBe(entries.length);
    expect(reported(({ when }) => when)).toBe(entries.length);
  });

  it('is in the order of its statuses', () => {
    const statuses = entries.map(([, { status }]) => status);
    expect(statuses).toEqual(statuses.toSorted((one, other) => one - other));
  });
});
