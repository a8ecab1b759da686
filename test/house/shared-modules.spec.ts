import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** What belongs to one suite: a hook or a test that a module registers when it is loaded. */
const OF_A_SUITE = /^(?:await )?(?:afterAll|afterEach|beforeAll|beforeEach|describe|it)\b/m;
/** Evaluated for each suite: see jest.config.js. */
const SETUP_FILES = new Set(['test/support/no-secrets.ts']);

const shared = globSync([
  '{src,libs,apps,tools,test}/**/*.fixture.ts',
  'test/support/**/*.ts',
  'libs/testing/src/**/*.ts',
])
  .filter((file) => !file.endsWith('.spec.ts') && !SETUP_FILES.has(file))
  .toSorted();

/** Modules stay loaded for the suites of a worker (decision 0103). */
describe('what suites share', () => {
  it('registers no hook when it is loaded: only the first suite of a worker would have it', () => {
    expect(shared.length).toBeGreaterThan(50);
    expect(shared.filter((file) => OF_A_SUITE.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('is found where it does', () => {
    expect(OF_A_SUITE.test("import { afterAll } from '@jest/globals';\nafterAll(() => stop());\n")).toBe(true);
    expect(OF_A_SUITE.test('export function serve() {\n  afterAll(() => stop());\n}\n')).toBe(false);
  });
});
