import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface Lock {
  packages: Record<string, { devOptional?: boolean; dependencies?: Record<string, string> }>;
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Pick<
  Required<Lock['packages'][string]>,
  'dependencies'
>;

describe('the packages of the image', () => {
  it('do not include packages for development only, such as TypeScript', () => {
    const root = mkdtempSync(join(tmpdir(), 'atrium-image-'));
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
    const folders = Object.keys(lock.packages).filter(Boolean);
    for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
    execFileSync(process.execPath, [resolve('tools/omit-build-tools.mjs')], { cwd: root });
    const isThere = (folder: string) => existsSync(join(root, folder));
    expect(['node_modules/typescript', 'node_modules/@typescript/old'].filter(isThere)).toEqual([]);
    const needed = Object.keys(manifest.dependencies).map((name) => `node_modules/${name}`);
    expect(needed.filter((folder) => !isThere(folder))).toEqual([]);
    rmSync(root, { recursive: true });
  });

  it('have no source maps and type declarations', () => {
    const root = mkdtempSync(join(tmpdir(), 'atrium-image-'));
    writeFileSync(join(root, 'package-lock.json'), '{ "packages": {} }');
    const files = ['index.js', 'index.js.map', 'index.d.ts', 'index.d.mts', 'lodash.map/index.js'];
    for (const file of files) {
      mkdirSync(dirname(join(root, 'node_modules/some', file)), { recursive: true });
      writeFileSync(join(root, 'node_modules/some', file), '');
    }
    execFileSync(process.execPath, [resolve('tools/omit-build-tools.mjs')], { cwd: root });
    const left = files.filter((file) => existsSync(join(root, 'node_modules/some', file)));
    expect(left).toEqual(['index.js', 'lodash.map/index.js']);
    rmSync(root, { recursive: true });
  });

  it('are reduced by the Dockerfile', () => {
    expect(readFileSync('Dockerfile', 'utf8')).toMatch(/npm ci --omit=dev [^]*?&& node omit-build-tools\.mjs\n/);
  });
});
