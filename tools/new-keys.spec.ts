import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { loadConfig } from '#gateway/config/config';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrium-keys-'));
  file = join(folder, '.env');
});
afterEach(() => rmSync(folder, { recursive: true }));

const inShell = (script: string) =>
  execFileSync('sh', ['-c', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FILE: file },
  });
/** Evaluates a file in a shell, in its own folder, where accidentally run commands would leave files. */
const sourced = () =>
  inShell('cd "$(dirname "$FILE")" && set -e && . ./.env && printf %s "$JWT_PRIVATE_KEY" && ls -A | wc -l 1>&2');

describe('npm run keys:new', () => {
  it.each([
    ['in a new file', '', 'npm run keys:new > "$FILE"'],
    ['at the end of a file', 'PORT=4000\n', 'npm run keys:new >> "$FILE"'],
    ['over a longer file', 'X'.repeat(9_999), 'npm run keys:new > "$FILE"'],
    ['after a line without line end', 'PORT=4000', 'npm run keys:new -- --es256 >> "$FILE"'],
    ['with a silent npm', 'PORT=4000\n', 'npm run --silent keys:new >> "$FILE"'],
    ['through a pipe', '', 'npm run --silent keys:new -- --es256 | cat > "$FILE"'],
  ])('writes a file that a shell, Node and the gateway can read: %s', (_, before, command) => {
    writeFileSync(file, before);
    inShell(command);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^(PORT=4000\n)?JWT_PRIVATE_KEY="[^"\n]+"\n$/);
    const key = sourced();
    expect(loadConfig({ JWT_PRIVATE_KEY: key }).JWT_PRIVATE_KEY?.type).toBe('private');
    expect(parseEnv(text)['JWT_PRIVATE_KEY']).toBe(key.replaceAll('\\n', '\n'));
  });

  it("keeps lines that only look like npm's", () => {
    writeFileSync(file, '> atrium@1 keys:new\n> sh\n\nPORT=4000\n');
    inShell('npm run keys:new >> "$FILE"');
    expect(readFileSync(file, 'utf8')).toMatch(
      /^> atrium@1 keys:new\n> sh\n\nPORT=4000\nJWT_PRIVATE_KEY="[^"\n]+"\n$/,
    );
  });
});
