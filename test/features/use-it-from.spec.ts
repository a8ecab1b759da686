import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const ADA = ['ada@example.com', 'analytical-engine'];
const PAGE = readFileSync('docs/guides/use-it-from.md', 'utf8');

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'use-it-from-'));
  file = join(folder, 'plain-fetch.mts');
  const [, example] = /^## Plain fetch\n[^]*?^```ts\n([^]*?)^```/m.exec(PAGE)!;
  await writeFile(file, example!);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('docs/guides/use-it-from.md', () => {
  it('has an example for each front end', () => {
    expect(
      [...PAGE.matchAll(/^## (.+)\n[^]*?^```(\w+)\n/gm)].map(([, title, language]) => [title, language]),
    ).toEqual([
      ['Plain fetch', 'ts'],
      ['Vite, in development', 'ts'],
      ['React, with TanStack Query', 'tsx'],
      ['Next.js server components', 'tsx'],
      ['Vue', 'ts'],
      ['SvelteKit', 'ts'],
      ['Swift', 'swift'],
      ['Kotlin', 'kotlin'],
    ]);
  });

  it('has an example of plain fetch that is compiled under strict', async () => {
    const options = ['--strict', '--noEmit', '--noUncheckedIndexedAccess', '--noUnusedLocals', '--skipLibCheck'];
    const target = ['--target', 'es2024', '--module', 'nodenext', '--lib', 'es2024,dom,dom.iterable'];
    const types = ['--types', 'node', '--typeRoots', resolve('node_modules/@types')];
    const compiler = resolve('node_modules/@typescript/native/bin/tsc');
    const command = [compiler, ...options, ...target, ...types, '--ignoreConfig', file];
    const { stdout } = await run(process.execPath, command).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });

  it('has an example of plain fetch that logs in, orders and follows the order', async () => {
    const shop = await Shop.open();
    try {
      const { stdout } = await run(process.execPath, [file, shop.gateway.url, ...ADA]);
      const lines = stdout.trim().split('\n');
      expect(lines.slice(0, 2)).toEqual(['user Ada Lovelace', 'order PLACED']);
      expect(JSON.parse(lines[2]!.replace('event ', ''))).toMatchObject({ status: expect.any(String) });
    } finally {
      await shop.close();
    }
  });
});
