import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { FAULTS, withFault } from './faults.ts';
import type { Counterexample } from './fuzz.ts';
import type { Summary } from './histogram.ts';
import { prove } from './prove.ts';
import { WAYS } from './way-names.ts';

/** They take some 45 seconds of a core, in a process of its own: in jest it would be twice that. */
const DOCUMENTS = 2_000;

const DAY_MS = 86_400_000;

const SCRIPT = ['-C', 'atrium', '--import', './tools/swc-register.mjs', 'test/graphql/fuzz/run.ts'];

describe('random documents', () => {
  it('are answered as graphql-js answers them and charged as they ran, each time, on two ways each', async () => {
    const range = ['--documents', `${DOCUMENTS}`, '--seed', '19', '--ways', 'two'];
    // In development graphql-js looks at each object whether it is of another copy of itself.
    const env = { ...process.env, NODE_ENV: 'production' };
    const run = promisify(execFile)(process.execPath, [...SCRIPT, ...range], { env });
    const { stdout } = await run.catch((failed: { stdout: string }) => failed);
    const summary = JSON.parse(stdout) as Summary & { counterexample?: Counterexample };
    expect(summary.counterexample).toBeUndefined();
    expect(summary.documents).toBe(DOCUMENTS);
    expect(summary.valid).toBeGreaterThanOrEqual(DOCUMENTS * 0.7);
    expect(summary.withErrorOrNull).toBeGreaterThanOrEqual(DOCUMENTS / 3);
    expect(summary.medianFields).toBeGreaterThanOrEqual(25);
    expect(Object.keys(summary.byWay).sort()).toEqual([...WAYS].sort());
    expect(Object.keys(summary.byKind).sort()).toEqual(['mutation', 'query', 'subscription']);
  }, 600_000);
});

describe('a fault that is put back', () => {
  it.each(FAULTS)('can be: $name', (fault) => {
    for (const { file } of fault.patches) {
      const source = readFileSync(file, 'utf8');
      expect(withFault(fault, file, source)).not.toBe(source);
    }
  });

  // Each in turn, since all of them take minutes: `npm run fuzz -- --prove`.
  const ofToday = FAULTS[Math.floor(Date.now() / DAY_MS) % FAULTS.length]!;

  it(`is found: ${ofToday.name}`, async () => {
    const [proof] = await prove({ documents: DOCUMENTS, seed: 1, faults: [ofToday] });
    expect(proof).toMatchObject({ name: ofToday.name, foundAfter: expect.any(Number) });
  }, 200_000);
});
