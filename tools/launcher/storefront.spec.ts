import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuiltFiles } from '#gateway/transports/html/built-files';
import { buildStorefront } from './storefront.ts';

const MAX_HOME_BYTES = 30_000;

let folder: string;
let assets: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storefront-'));
  await buildStorefront(folder);
  assets = (JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { assets: typeof assets }).assets;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');

/** A script and what it imports at once; what it imports later is not loaded by every page. */
const loadedBy = (file: string): string[] => [
  file,
  ...[...textOf(file).matchAll(/from\s*"\.\/([\w.-]+)"/g)].flatMap(([, name]) => loadedBy(name!)),
];

describe('the assets of the storefront', () => {
  it('have at most 30 kB, compressed, of scripts and styles on pages without a chat or an assistant', () => {
    const files = new Set([
      ...loadedBy(assets['site.js']!),
      assets['home.css']!,
      assets['icon.svg']!,
      assets['sw.js']!,
    ]);
    expect(files.size).toBe(4);
    const bytes = [...files].reduce((sum, file) => sum + gzipSync(textOf(file)).length, 0);
    expect(bytes).toBeLessThanOrEqual(MAX_HOME_BYTES);
  });

  it('are one script on each page, which imports another one on pages that need it', () => {
    expect(loadedBy(assets['site.js']!)).toEqual([assets['site.js']]);
    const later = [...textOf(assets['site.js']!).matchAll(/import\("\.\/([\w.-]+)"\)/g)].map(([, file]) => file);
    expect(later.toSorted()).toEqual([assets['assistant-later.js'], assets['chat-later.js']]);
    for (const file of later) expect(loadedBy(file!)).toEqual([file]);
  });

  it('have no rule for a class that no page has', () => {
    const sources = globSync(['src/{features,transports/html}/**/*.{ts,tsx}', 'clients/storefront/*.ts']);
    const words = new Set(sources.flatMap((file) => readFileSync(file, 'utf8').match(/[\w-]+/g) ?? []));
    const sheets = globSync('clients/storefront/*.css').map((file) => readFileSync(file, 'utf8'));
    // What is within braces is no selector, but for media queries.
    const classes = sheets.flatMap((text) =>
      [...text.matchAll(/\.([a-z][\w-]*)(?=[^;{}]*\{)/g)].map(([, name]) => name!),
    );
    expect(classes.length).toBeGreaterThan(50);
    expect(classes.filter((name) => !words.has(name))).toEqual([]);
  });

  it('have names that contain a hash, and compressed copies', () => {
    for (const [name, file] of Object.entries(assets))
      expect(file).toMatch(new RegExp(`^${name.replace('.', '-[A-Z0-9]{8}\\.')}$`));
    expect(globSync('*.{br,gz}', { cwd: folder }).length).toBeGreaterThanOrEqual(6);
  });

  it('are all served by the gateway', async () => {
    const built = new BuiltFiles(folder);
    for (const file of Object.values(assets))
      expect((await built.read(file, [])).content.length).toBeGreaterThan(0);
  });

  it('load nothing from elsewhere, and pass no string to the browser as markup or script', () => {
    const texts = globSync('*.{js,css}', { cwd: folder }).map((file) => [file, textOf(file)] as const);
    const loads = texts.filter(([, text]) => /@import|url\((?!["']?data:)/.test(text));
    const injections =
      /\.(?:innerHTML|outerHTML|srcdoc)\s*=|insertAdjacentHTML|document\.write|parseFromString|\beval\(|new Function/;
    expect(loads.map(([file]) => file)).toEqual([]);
    expect(texts.filter(([, text]) => injections.test(text)).map(([file]) => file)).toEqual([]);
  });

  it('are compiled as strictly as the gateway', async () => {
    const compiler = 'node_modules/@typescript/native/bin/tsc';
    const output = await promisify(execFile)(process.execPath, [compiler, '-p', 'clients/storefront']);
    expect(output).toEqual({ stdout: '', stderr: '' });
  });
});
