import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let folder: string;

const FILES = {
  'dist/package.json': '{ "type": "module" }',
  'dist/src/main.js': `
    import { createServer, METHODS } from 'node:http';
    import http from 'http';
    import * as common from 'common';
    import { isSupported } from 'jsonwebtoken';
    import { common as same, growing } from './same.js';
    const { Named, data, default: all } = await import('common');
    const { beside } = await import('./below/reader.js');
    const { Thing } = await import('./thing.js');
    const optional = await import('tries').then(({ found }) => found);
    console.log(JSON.stringify([new Named().name, typeof all.Named, beside(), Thing.name, optional]));
    const isHttp = http.METHODS === METHODS && typeof createServer === 'function';
    console.log(JSON.stringify([data, isHttp, process.moduleLoadList.filter((name) => name.includes('undici'))]));
    growing.grow();
    const cooked = ((parts) => parts[0])\`\u00b7 \u2026 \u{1f600}\`;
    const { grown } = await import('growing');
    console.log(JSON.stringify([common === same, grown, cooked, /^[\u2026\u00b7]$/.test('\\u2026')]));
    const { DateTimeFormat } = Intl;
    let made = 0;
    Intl.DateTimeFormat = function (...given) { made += 1; return new DateTimeFormat(...given); };
    const { timestamp } = await import('@nestjs/common');
    console.log(JSON.stringify([made, timestamp(), made]));
    const { Kind } = await import('graphql/language/kinds.js');
    console.log(JSON.stringify([Kind, Kind === (await import('graphql')).Kind, Kind === common.Kind, isSupported]));`,
  'dist/src/same.js': `
    import * as common from 'common';
    import * as growing from 'growing';
    export { common, growing };`,
  'dist/src/thing.js': `export class Thing {}`,
  'dist/src/below/reader.js': `
    import { readFileSync } from 'node:fs';
    import { join } from 'node:path';
    export const beside = () => [
      readFileSync(new URL('beside.txt', import.meta.url), 'utf8'),
      readFileSync(join(import.meta.dirname, 'beside.txt'), 'utf8'),
    ];`,
  'dist/src/below/beside.txt': 'here',
  'node_modules/common/package.json': '{ "main": "index.js" }',
  'node_modules/common/index.js': `exports.Named = class Named { name = require('node:path').basename('a/common'); };
    exports.data = require('./data.json');
    exports.Kind = require('graphql').Kind;`,
  'node_modules/common/data.json': '{ "text": "`${1}`\\u2028" }',
  'node_modules/graphql/package.json': '{ "main": "index", "module": "index.mjs" }',
  'node_modules/graphql/index.js': `exports.Kind = require('./language/kinds.js').Kind;`,
  'node_modules/graphql/index.mjs': `export { Kind } from './language/kinds.mjs';`,
  'node_modules/graphql/language/kinds.js': `exports.Kind = { from: 'CommonJS' };`,
  'node_modules/graphql/language/kinds.mjs': `export const Kind = { from: 'an ES module' };`,
  'node_modules/jsonwebtoken/package.json': '{ "main": "index.js" }',
  'node_modules/jsonwebtoken/index.js': `exports.isSupported = require('./lib/psSupported');`,
  'node_modules/jsonwebtoken/lib/psSupported.js': `
    const semver = require('semver');
    module.exports = semver.satisfies(process.version, '^6.12.0 || >=8.0.0');`,
  'node_modules/semver/package.json': '{ "main": "index.js" }',
  'node_modules/semver/index.js': `throw new Error('It is not needed.');`,
  'node_modules/growing/package.json': '{ "main": "index.js" }',
  'node_modules/growing/index.js': `exports.grow = () => void (exports.grown = 'grown');`,
  'node_modules/@nestjs/common/package.json': '{ "main": "services/logger.service.js" }',
  'node_modules/@nestjs/common/services/logger.service.js': `
    const dateTimeFormatter = new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: 'UTC' });
    exports.timestamp = () => dateTimeFormatter.format(0);`,
  'node_modules/tries/package.json': '{ "type": "module", "exports": "./index.js" }',
  'node_modules/tries/index.js': `
    export const found = await import('missing').then(() => 'found', () => 'not found');`,
};

beforeAll(() => {
  // Packages of the project are looked for above it, as in a checkout.
  folder = mkdtempSync(join('node_modules', '.bundle-spec-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a bundle', () => {
  it("runs as its sources do, without Node's own undici: named exports, files beside sources, names, missing packages, one namespace a module, ES modules of packages, dates when written", () => {
    const make = `
      const { bundle } = await import(${JSON.stringify(join(process.cwd(), 'tools/launcher/bundle.ts'))});
      await bundle('dist', { main: 'dist/src/main.js' });`;
    execFileSync(process.execPath, ['-C', 'atrium', '--input-type=module', '--eval', make], { cwd: folder });
    const printed = execFileSync(process.execPath, ['dist/bundles/main.js'], { cwd: folder, encoding: 'utf8' });
    const [asSources, loaded, shared, dates, packages] = printed
      .split('\n')
      .map((line) => JSON.parse(line || '[]') as unknown);
    expect(asSources).toEqual(['common', 'function', ['here', 'here'], 'Thing', 'not found']);
    expect(loaded).toEqual([{ text: '`${1}`\u2028' }, true, []]);
    expect(dates).toEqual([0, '1970', 1]);
    expect(packages).toEqual([{ from: 'an ES module' }, true, true, true]);
    expect(shared).toEqual([true, 'grown', '\u00b7 \u2026 \u{1f600}', true]);
  });

  it('is in ASCII, with lines that can be printed', () => {
    const texts = globSync('dist/bundles/*.js', { cwd: folder }).map((file) =>
      readFileSync(join(folder, file), 'latin1'),
    );
    expect(texts.join('')).toMatch(/^[\0-\x7f]+$/);
    expect(
      Math.max(
        ...texts
          .join('\n')
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThan(1_000);
  });
});
