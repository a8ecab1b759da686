import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { changelogHtml } from './changelog.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The changelog of a project with these files. */
function changelogOf(files: Record<string, string>): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'changelog-'));
  folders.push(folder);
  for (const below of ['.changeset', 'released']) mkdirSync(join(folder, below));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return changelogHtml(folder);
}

const CHANGELOG = { 'CHANGELOG.md': '# Changelog\n\n## 0.1.0\n\n- The gateway.\n' };
const changeset = (kind: string, text: string) => `---\n'atrium-bff': ${kind}\n---\n\n${text}\n`;
const openapi = (properties: object) =>
  JSON.stringify({ paths: {}, components: { schemas: { Product: { type: 'object', properties } } } });

describe('the changelog of the portal', () => {
  it('is that of the file where nothing has changed since', () => {
    expect(changelogOf({ ...CHANGELOG, '.changeset/README.md': '# Changesets' })).toBe(
      '<h2>0.1.0</h2>\n<ul>\n<li>The gateway.</li>\n</ul>\n',
    );
    expect(changelogOf({})).toBeUndefined();
  });

  it('begins with the changesets, by kind', () => {
    const text = changelogOf({
      ...CHANGELOG,
      '.changeset/a.md': changeset('patch', 'A fix.'),
      '.changeset/b.md': changeset('minor', 'Lists of `jobs`,\nby owner.'),
      '.changeset/c.md': changeset('minor', 'A <b>page</b>.'),
    })!;
    expect(text.replace(/\s*\n\s*/g, ' ')).toBe(
      '<h2>Not released yet</h2> <h3>New</h3> <ul> <li>Lists of <code>jobs</code>, by owner.</li> <li>A &lt;b&gt;page&lt;/b&gt;.</li> </ul> ' +
        '<h3>Mended</h3> <ul> <li>A fix.</li> </ul> <h2>0.1.0</h2> <ul> <li>The gateway.</li> </ul> ',
    );
  });

  it('has what the contracts of now break of those of the last release', () => {
    const text = changelogOf({
      ...CHANGELOG,
      'released/schema.graphql': 'type Query { home: String product: String }',
      'schema.graphql': 'type Query { home: String cart: Int }',
      'released/openapi.json': openapi({ id: { type: 'string' }, name: { type: 'string' } }),
      'openapi.json': openapi({ id: { type: 'string' }, size: { type: 'string' } }),
    })!;
    expect(text).toContain('<h3>Contracts</h3>');
    expect(text).toContain('<li>Breaks: <code>Query.product was removed.</code></li>');
    expect(text).toContain('<li>Breaks: <code>REST Product.name was removed.</code></li>');
    expect(text).not.toContain('cart');
  });

  it('says of a break that it is accepted, and why', () => {
    const text = changelogOf({
      ...CHANGELOG,
      'released/schema.graphql': 'type Query { home: String! cart: Int! product: String }',
      'schema.graphql': 'type Query { home: String cart: Int }',
      'released/openapi.json': openapi({ name: { type: 'string' } }),
      'openapi.json': openapi({}),
      'released/accepted.json': JSON.stringify([
        {
          reason: 'A root field can be down alone.',
          changes: [
            'Query.home may be null: it was String!, and is String.',
            'Query.cart may be null: it was Int!, and is Int.',
          ],
        },
        { reason: 'Names are gone: read <id>.', changes: ['REST Product.name was removed.'] },
      ]),
    })!;
    expect(text.replace(/\s*\n\s*/g, '')).toContain(
      '<h3>Contracts</h3><ul>' +
        '<li>Breaks: <code>Query.product was removed.</code></li>' +
        '<li>Accepted break: A root field can be down alone.<ul>' +
        '<li><code>Query.home may be null: it was String!, and is String.</code></li>' +
        '<li><code>Query.cart may be null: it was Int!, and is Int.</code></li></ul></li>' +
        '<li>Accepted break: Names are gone: read &lt;id&gt;.<ul>' +
        '<li><code>REST Product.name was removed.</code></li></ul></li></ul>',
    );
    expect(text.match(/Breaks: /g)).toHaveLength(1);
  });
});
