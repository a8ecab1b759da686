import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { buildPortal, type PortalManifest } from './portal.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const manifest = () => JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as PortalManifest;

describe('the scripts of the portal', () => {
  it('are bundled under names that follow their content, with compressed copies', async () => {
    await buildPortal(folder, ['portal', 'streams']);
    const { assets, client } = manifest();
    expect(Object.keys(assets).sort()).toEqual(['portal.js', 'streams.js', 'style.css']);
    for (const [name, file] of Object.entries(assets))
      expect(file).toMatch(new RegExp(`^${name.replace('.', '-[A-Z0-9]{8}\\.')}$`));
    const style = readFileSync(join(folder, assets['style.css']!));
    expect(gunzipSync(readFileSync(join(folder, `${assets['style.css']}.gz`)))).toEqual(style);
    expect(client).toMatchObject({
      name: '@atrium/client',
      operations: expect.arrayContaining(['getHome', 'webHome']),
    });
    await buildPortal(folder, ['portal']);
    expect(manifest().assets['portal.js']).toBe(assets['portal.js']);
    expect(readdirSync(folder).filter((file) => file.startsWith('streams'))).toEqual([]);
  });

  it('contain the changelog as HTML, whose links to files are text', () => {
    const changelog = readFileSync(join(folder, 'changelog.html'), 'utf8');
    expect(changelog).toContain('<h2>0.1.0</h2>');
    expect(changelog).toContain('<h2>Not released yet</h2>');
    expect(changelog).toContain('<a href="https://semver.org/');
    expect(changelog).not.toMatch(/href="(?!https?:)/);
  });

  it('are compiled as strictly as the gateway', async () => {
    const compiler = 'node_modules/@typescript/native/bin/tsc';
    const output = await promisify(execFile)(process.execPath, [compiler, '-p', 'clients/portal']);
    expect(output).toEqual({ stdout: '', stderr: '' });
  });
});
