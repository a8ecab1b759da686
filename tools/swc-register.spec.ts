import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

describe('tools/swc-register.mjs', () => {
  let folder: string;
  const at = (path: string) => join(folder, path);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  const run = () => {
    const args = ['--import', './tools/swc-register.mjs', 'src/main.ts'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return stdout || stderr;
  };
  const cached = () => readdirSync(at('node_modules/.cache/swc-register'));
  /** Replaces a word in what is cached, so that its use shows. */
  const mark = () => {
    for (const name of cached()) {
      const file = join(at('node_modules/.cache/swc-register'), name);
      writeFileSync(file, readFileSync(file, 'utf8').replace("'compiled'", "'cached'"));
    }
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-swc-register-'));
    for (const file of ['tools/swc-register.mjs', '.swcrc']) cpSync(file, at(file));
    mkdirSync(at('node_modules'));
    symlinkSync(resolve('node_modules/@swc'), at('node_modules/@swc'));
    write('package.json', '{ "type": "module" }');
    write('src/main.ts', "import { word } from './word.ts';\nconsole.log(word satisfies string);\n");
    write('src/word.ts', "export const word: string = 'compiled';\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('compiles a source once', () => {
    expect(run()).toBe('compiled\n');
    mark();
    expect(run()).toBe('cached\n');
  });

  it('compiles again what has changed, and keeps one file for each source', () => {
    run();
    mark();
    write('src/word.ts', "export const word: string = 'changed';\n");
    expect(run()).toBe('changed\n');
    expect(cached()).toHaveLength(2);
  });

  it('compiles again when the options have changed', () => {
    run();
    mark();
    writeFileSync(at('.swcrc'), `${readFileSync(at('.swcrc'), 'utf8')}\n`);
    expect(run()).toBe('compiled\n');
  });

  it('compiles each time where it can keep nothing', () => {
    write('node_modules/.cache', 'a file in place of the folder');
    expect(run()).toBe('compiled\n');
    expect(run()).toBe('compiled\n');
  });

  it('names the line of the source in the stack of an error', () => {
    write(
      'src/word.ts',
      'interface Gone {\n  a: string;\n}\nexport const word: string = (null as never as Gone).a;\n',
    );
    const stack = () => {
      const args = ['--enable-source-maps', '--import', './tools/swc-register.mjs', 'src/main.ts'];
      return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }).stderr;
    };
    for (const text of [stack(), stack()]) expect(text).toContain(`${at('src/word.ts')}:4:`);
  });
});
