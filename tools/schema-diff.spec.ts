import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(120_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrium-release-'));
  cpSync('clients', join(folder, 'clients'), { recursive: true });
  cpSync('clients', join(folder, 'released', 'clients'), { recursive: true });
  for (const file of ['schema.graphql', 'openapi.json']) cpSync(file, join(folder, 'released', file));
  writeFileSync(join(folder, 'released', 'accepted.json'), '[]');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs it in a folder with only the released schema.graphql and openapi.json. */
function diff(): Promise<{ code: number; text: string }> {
  const args = ['-C', 'atrium', '--import', resolve('tools/swc-register.mjs'), resolve('tools/schema-diff.ts')];
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
  it('reports no change for unchanged sources', async () => {
    expect(await diff()).toEqual({ code: 0, text: '0 breaking changes, 0 of them accepted; 0 others\n' });
  });

  it('names removed fields, and the client operations that still select them', async () => {
    edit('released/schema.graphql', /\n {2}imageUrl: String\n/, '\n  pictureUrl: String\n');
    edit('released/clients/web/product.graphql', /imageUrl/g, 'pictureUrl');
    edit('clients/mobile/home.graphql', /name/, 'nickname');
    const { code, text } = await diff();
    expect(code).toBe(1);
    expect(text).toContain(
      'BREAKS   Product.pictureUrl was removed. Product.imageUrl of the same type is new. Used by: web/product.',
    );
    expect(text).toMatch(
      /^WRONG {4}clients\/mobile\/home\.graphql: Cannot query field "nickname" on type "User"/m,
    );
    expect(text).not.toMatch(/\n\s+at /);
    expect(text).toMatch(/^1 breaking changes, 0 of them accepted; 0 others$/m);
  });
});
