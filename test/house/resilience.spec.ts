import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { upstreamSettings } from '#libs/upstream';

/** Every setting by its path, with its default. */
function flat(settings: object, prefix = ''): [string, string][] {
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' ? flat(value!, `${prefix}${name}.`) : [[`${prefix}${name}`, String(value)]],
  );
}

describe('docs/resilience.md', () => {
  it('has every setting of an upstream with its default, in order, and nothing else', () => {
    const text = readFileSync('docs/resilience.md', 'utf8').split('## Settings')[1]!.split('## At night')[0]!;
    const rows = [...text.matchAll(/^\| `([\w.]+)` \| (\S+) \|/gm)].map(([, name, byDefault]) => [
      name!,
      byDefault!,
    ]);
    expect(rows).toEqual(flat(upstreamSettings.parse({})));
  });
});
