import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { permissionFlags } from '#libs/confinement';
import { describe, expect, it } from '@jest/globals';
import { certificateFiles } from '#test/support/certificate';
import { schema } from './config.ts';
import { permissionsFor } from './permissions.ts';

/** With these, none is made for files and jobs. */
const NO_FOLDERS = { STORAGE_URL: 's3://files', JOBS_FILE: ':memory:' };

describe('a confined gateway', () => {
  it('may read the files that settings name, and those that these name in turn', () => {
    const { files, remove } = certificateFiles();
    const certificate = files.TLS_CERT_FILE;
    const folder = mkdtempSync(join(tmpdir(), 'atrium-permissions-'));
    const upstreams = join(folder, 'upstreams.json');
    const tls = { ca: certificate, serverName: 'users' };
    writeFileSync(upstreams, JSON.stringify({ users: { tls } }));
    const issuers = join(folder, 'issuers.json');
    writeFileSync(issuers, JSON.stringify([{ clientKeyFile: files.TLS_KEY_FILE }]));
    const { read } = permissionsFor(
      { ...NO_FOLDERS, UPSTREAMS_FILE: upstreams, ISSUERS_FILE: issuers },
      '/app/dist',
    );
    expect(read).toEqual(
      expect.arrayContaining([
        upstreams,
        issuers,
        certificate,
        files.TLS_KEY_FILE,
        '/app/dist',
        '/app/node_modules',
      ]),
    );
    remove();
    rmSync(folder, { recursive: true });
  });

  it('may not read a folder that is named in place of a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'atrium-permissions-'));
    const upstreams = join(folder, 'upstreams.json');
    writeFileSync(upstreams, JSON.stringify({ users: { tls: { ca: '/' } } }));
    const named = { UPSTREAMS_FILE: upstreams, JWT_PRIVATE_KEY_FILE: folder, OF_ANOTHER_PROGRAM_FILE: '/' };
    const { read } = permissionsFor({ ...NO_FOLDERS, ...named }, '/app/dist');
    expect(read).toContain(upstreams);
    expect(read.filter((path) => path === '/' || path === folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('may read each folder that a setting names', () => {
    const names = Object.keys(schema.shape).filter((name) => name.endsWith('_DIR'));
    const folders = Object.fromEntries(names.map((name) => [name, `/srv/${name}`]));
    const { read } = permissionsFor({ ...NO_FOLDERS, ...folders }, '/app/dist');
    expect(names).toContain('STOREFRONT_DIR');
    expect(read).toEqual(expect.arrayContaining(Object.values(folders)));
  });

  it('finds nothing in a folder that is not there, rather than being denied to look', () => {
    const folder = mkdtempSync(join(tmpdir(), 'atrium-permissions-'));
    const [missing, look] = [join(folder, 'released'), join(folder, 'look.mjs')];
    writeFileSync(look, `import fs from 'node:fs'; fs.readFileSync('${missing}/operations.json')`);
    const { read } = permissionsFor({ ...NO_FOLDERS, RELEASED_DIR: missing }, '/app/dist');
    const flags = permissionFlags({ read: [...read, look], write: [], capabilities: [] });
    expect(spawnSync(process.execPath, [...flags, look]).stderr.toString()).toContain('ENOENT');
    rmSync(folder, { recursive: true });
  });

  it('may open its standard output once more, as its log does with a pipe', () => {
    expect(permissionsFor(NO_FOLDERS, '/app/dist').write).toContain('/proc/self/fd/1');
  });

  it('may start programs only where there are workers or a scanner that is one', () => {
    const capabilities = (given: NodeJS.ProcessEnv) =>
      permissionsFor({ ...NO_FOLDERS, ...given }, '/app/dist').capabilities;
    expect(capabilities({})).not.toContain('child-process');
    expect(capabilities({ WORKERS: '1' })).not.toContain('child-process');
    expect(capabilities({ WORKERS: 'auto' })).toContain('child-process');
    expect(capabilities({ SCAN_URL: 'exec:///usr/bin/clamdscan' })).toContain('child-process');
  });
});
