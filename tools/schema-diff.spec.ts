import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(120_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrium-release-'));
  cpSync('clients', join(folder, 'clients'), { recursive: true });
  mkdirSync(join(folder, 'released'));
  for (const file of ['schema.graphql', 'openapi.json']) cpSync(file, join(folder, 'released', file));
  writeFileSync(join(folder, 'released', 'accepted.json'), '[]');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Releases a text of an operation. */
function release(id: string, text: string): string {
  const sha256 = hash('sha256', text);
  mkdirSync(join(folder, 'released/operations'));
  writeFileSync(join(folder, `released/operations/${sha256}.graphql`), text);
  const entries = [{ sha256, ids: [id], releases: ['0.1.0', '0.2.0'] }];
  writeFileSync(join(folder, 'released/operations.json'), JSON.stringify(entries));
  return sha256;
}

/** Runs it in a folder with only the released schema.graphql and openapi.json. */
function diff(...options: string[]): Promise<{ code: number; text: string }> {
  const args = [
    '-C',
    'atrium',
    '--import',
    resolve('tools/swc-register.mjs'),
    resolve('tools/schema-diff.ts'),
    ...options,
  ];
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: folder }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), text: stdout + stderr }),
    );
  });
}

const edit = (file: string, from: RegExp, to: string) => {
  const text = readFileSync(join(folder, file), 'utf8');
  expect(text).toMatch(from);
  writeFileSync(join(folder, file), text.replace(from, to));
};

describe('schema:diff', () => {
  it('reports a wrong file of usage before anything else', async () => {
    const { code, text } = await diff('--used', 'nothing.json');
    expect([code, text]).toEqual([1, expect.stringMatching(/ENOENT.*nothing\.json/)]);
  });

  it('reports no change for unchanged sources', async () => {
    expect(await diff()).toEqual({ code: 0, text: '0 breaking changes, 0 of them accepted; 0 others\n' });
  });

  it('names removed fields, and the released operations, versions of clients and calls that need them', async () => {
    edit('released/schema.graphql', /\n {2}imageUrl: String\n/, '\n  pictureUrl: String\n');
    const old = readFileSync('clients/web/product.graphql', 'utf8').replaceAll('imageUrl', 'pictureUrl');
    const sha256 = release('web/product', old);
    edit('clients/mobile/home.graphql', /name/, 'nickname');
    edit('released/openapi.json', /(\n {6}"User": \{[^]*?"properties": \{)/, '$1 "nick": { "type": "string" },');
    const clients = [
      { name: 'app', version: '1.4.0', calls: 30 },
      { name: 'web', version: '2.0.0', calls: 10 },
    ];
    const operations = [
      { sha256, name: 'web/product', coordinates: ['Product.pictureUrl'], clients: [clients[0]] },
      { sha256, name: 'web/home', coordinates: ['Query.home'], clients: [clients[1]] },
    ];
    const routes = [
      { route: 'GET /v1/me', clients: [{ name: 'tv', version: '3', calls: 50 }] },
      { route: 'GET /v1/home', fields: ['user.name'], clients: [{ name: 'tv', version: '3', calls: 10 }] },
    ];
    const usage = { from: '2026-11-27', to: '2026-11-27', operations, routes };
    writeFileSync(join(folder, 'usage.json'), JSON.stringify(usage));
    const { code, text } = await diff('--used', 'usage.json');
    expect(code).toBe(1);
    expect(text).toMatch(
      /^WRONG {4}web\/product \(0\.1\.0 … 0\.2\.0\): Cannot query field "pictureUrl" on type "Product"/m,
    );
    expect(text).toMatch(/^BROKEN {3}app 1\.4\.0: 30 of its 30 calls \(100\.0 %\), in web\/product\.$/m);
    expect(text).toMatch(/^USED {5}REST User\.nick was removed\. 50 of 100 calls \(50\.0 %\)\.$/m);
    expect(text).toMatch(/^BROKEN {3}tv 3: 50 of its 60 calls \(83\.3 %\), in GET \/v1\/me\.$/m);
    expect(text).toMatch(/^2 of 3 client versions break on 2026-11-27, with 80 of 100 calls \(80\.0 %\)\.$/m);
    expect(text).toContain(
      'BREAKS   Product.pictureUrl was removed. Product.imageUrl of the same type is new. Used by: web/product (0.1.0 … 0.2.0).',
    );
    expect(text).toMatch(
      /^WRONG {4}clients\/mobile\/home\.graphql: Cannot query field "nickname" on type "User"/m,
    );
    expect(text).not.toMatch(/\n\s+at /);
    expect(text).toMatch(/^2 breaking changes, 0 of them accepted; 0 others$/m);
  });
});
