import { describe, expect, it } from '@jest/globals';
import { catalogue, type CatalogueEntry } from '#libs/errors';

const entries: [string, CatalogueEntry][] = Object.entries(catalogue);

/** Every error status of HTTP that this gateway may return (RFC 9110; 423 and 507: RFC 4918; 460: tus 1.0). */
const STATUSES = [
  400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 414, 415, 416, 417, 422, 423, 426, 428, 429, 431, 460,
  500, 502, 503, 504, 507,
];

describe('the error catalogue', () => {
  it('names every code in UPPER_SNAKE', () => {
    for (const [code] of entries) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  });

  it.each(entries)(
    'gives %s a valid status, a title for clients and a description for the documentation',
    (_, entry) => {
      expect(STATUSES).toContain(entry.status);
      expect(entry.title).toMatch(/^[A-Z].*[a-z]$/);
      expect(entry.when).toMatch(/^[A-Z].*\.$/);
    },
  );

  it('gives every code a distinct title and description', () => {
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
