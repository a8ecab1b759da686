import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const page = readFileSync('docs/security.md', 'utf8');
const rows = [...page.matchAll(/^\| (.+) \| (.+) \| \[[\w-]+\]\(([^)]+)\) "(.+)" \|$/gm)];

describe('docs/security.md', () => {
  it('names, for each line of a standard, a test that is there', () => {
    expect(rows.length).toBeGreaterThan(20);
    const missing = rows.filter(
      ([, , , file, test]) => !readFileSync(join('docs', file!), 'utf8').includes(test!),
    );
    expect(missing.map(([row]) => row)).toEqual([]);
  });

  it('covers the standards that it claims', () => {
    const named = rows.map(([, standard]) => standard!.split(',')[0]);
    for (const standard of ['RFC 10017', 'RFC 9700', 'RFC 8725', 'OWASP ASVS 5'])
      expect(named).toContain(standard);
  });

  it('names every event of the audit log', () => {
    const events = readFileSync('src/identity/audit/audit.ts', 'utf8').matchAll(/^ {2}\| '([a-z.]+)'/gm);
    const all = [...events].map(([, event]) => event!);
    expect(all.length).toBeGreaterThan(8);
    expect(all.filter((event) => !page.includes(`\`${event}\``))).toEqual([]);
  });
});
