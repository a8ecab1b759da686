import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const ADA = ['ada@example.com', 'analytical-engine'];

/** The examples in TypeScript, by the heading before them. */
const examples = [
  ...readFileSync('docs/guides/use-it-from.md', 'utf8').matchAll(/^## (.+)\n[^]*?^```(tsx?)\n([^]*?)^```/gm),
].map(([, title, ending, text]) => ({
  file: `${title!.replaceAll(/\W+/g, '-').toLowerCase()}.${ending}`,
  text: text!,
}));

/** What the examples use of frameworks that are not installed here. */
const FRAMEWORKS = `
declare module 'next/headers' { export function headers(): Promise<Headers>; }
declare module '@sveltejs/kit' { export function error(status: number, body: string): never; }
declare module 'vue' {
  export function ref<T>(): { value: T | undefined };
  export function ref<T>(value: T): { value: T };
  export function onMounted(hook: () => unknown): void;
  export function onUnmounted(hook: () => unknown): void;
}
declare module '@tanstack/react-query' {
  type Query<T> = { queryKey: unknown[]; queryFn(given: { signal: AbortSignal }): Promise<T>; retry: boolean };
  export function useQuery<T>(query: Query<T>): { data: T | undefined; error: Error | null };
  type Mutation<V, T> = { mutationFn(variables: V): Promise<T>; onSuccess(): unknown };
  export function useMutation<V, T>(mutation: Mutation<V, T>): { data: T | undefined; mutate(variables: V): void };
  export function useQueryClient(): { invalidateQueries(filter: { queryKey: unknown[] }): Promise<void> };
}
`;

let folder: string;
beforeAll(async () => {
  // Below the repository, so that its packages are found.
  await mkdir('node_modules/.cache', { recursive: true });
  folder = await mkdtemp('node_modules/.cache/use-it-from-');
  for (const { file, text } of examples) await writeFile(join(folder, file), text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('docs/guides/use-it-from.md', () => {
  it('has an example for each front end', () => {
    expect(examples.map(({ file }) => file)).toEqual([
      'plain-fetch.ts',
      'react-with-tanstack-query.tsx',
      'next-js-server-components.tsx',
      'vue.ts',
      'sveltekit.ts',
    ]);
  });

  it('has examples that are compiled under strict, with the client of this repository', async () => {
    await writeFile(join(folder, 'frameworks.d.ts'), FRAMEWORKS);
    const compilerOptions = {
      ...{ strict: true, noEmit: true, skipLibCheck: true, noUncheckedIndexedAccess: true, noUnusedLocals: true },
      ...{
        target: 'es2024',
        module: 'esnext',
        moduleResolution: 'bundler',
        jsx: 'react-jsx',
        moduleDetection: 'force',
      },
      lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'],
      types: ['node', 'react'],
      allowImportingTsExtensions: true,
      paths: { '@atrium/client': [join(process.cwd(), 'clients/sdk/src/index.ts')] },
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*'] }));
    const compiler = 'node_modules/@typescript/native/bin/tsc';
    const output = run(process.execPath, [compiler, '-p', folder]).catch((error: { stdout: string }) => error);
    expect((await output).stdout).toBe('');
  });

  it('has an example of plain fetch that logs in, orders and follows the order', async () => {
    const shop = await Shop.open();
    // Node strips no types below node_modules.
    const own = await mkdtemp(join(tmpdir(), 'use-it-from-'));
    try {
      await writeFile(join(own, 'plain-fetch.mts'), examples[0]!.text);
      const { stdout } = await run(process.execPath, [join(own, 'plain-fetch.mts'), shop.gateway.url, ...ADA]);
      const lines = stdout.trim().split('\n');
      expect(lines.slice(0, 2)).toEqual(['user Ada Lovelace', 'order PLACED']);
      expect(JSON.parse(lines[2]!.replace('event ', ''))).toMatchObject({ status: expect.any(String) });
    } finally {
      await shop.close();
      await rm(own, { recursive: true });
    }
  });
});
