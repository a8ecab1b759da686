import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';

const pages = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', '.changeset/README.md'],
  ...globSync('docs/**/*.md'),
];
const readme = read('README.md');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

function read(file: string): string {
  return readFileSync(file, 'utf8');
}

/** The fenced blocks of a page: what stands after the fence, and the text. */
function blocksOf(page: string): { info: string; text: string }[] {
  return [...read(page).matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(([, info, text]) => ({
    info: info!,
    text: text!,
  }));
}

const shellOf = (page: string) => blocksOf(page).flatMap(({ info, text }) => (info === 'sh' ? [text] : []));

describe('the README', () => {
  it('shows exactly two commands for the set-up', () => {
    const setUp = shellOf('README.md').filter((text) => text.includes('npm ci'));
    expect(setUp).toEqual(['npm ci && npm start\n', 'npm ci && npm test\n']);
  });

  it('calls addresses that the gateway has', () => {
    const { paths } = JSON.parse(read('openapi.json')) as { paths: object };
    const addresses = shellOf('README.md').flatMap(
      (text) => text.match(/http:\/\/127\.0\.0\.1:3000[^\s"?]*/g) ?? [],
    );
    const called = addresses.map((address) => new URL(address).pathname);
    expect(called.length).toBeGreaterThanOrEqual(4);
    expect(called.filter((path) => path !== '/graphql' && !(path in paths))).toEqual([]);
  });

  it('sends GraphQL documents that are valid', () => {
    const schema = buildSchema(read('schema.graphql'));
    const bodies = shellOf('README.md').flatMap((text) => text.match(/(?<=-d ')\{"query".*\}(?=')/g) ?? []);
    const documents = bodies.map((body) => (JSON.parse(body) as { query: string }).query);
    expect(documents.length).toBeGreaterThan(0);
    expect(documents.flatMap((document) => validate(schema, parse(document)))).toEqual([]);
  });

  it('asks for fields that the home page has', () => {
    const { components } = JSON.parse(read('openapi.json')) as { components: { schemas: Record<string, object> } };
    const home = components.schemas['Home'] as { properties: object };
    const asked = [...readme.matchAll(/home\?fields=([\w.,]+)/g)].flatMap(([, fields]) => fields!.split(','));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((path) => !(path.split('.')[0]! in home.properties))).toEqual([]);
  });
});

describe.each(pages)('%s', (page) => {
  it('names npm scripts that exist', () => {
    const named = [...read(page).matchAll(/(?:`|^|&& )npm (?:run )?([a-z][\w:-]*)/gm)].map(([, name]) => name!);
    const own = ['ci', 'install', ...Object.keys(scripts)];
    expect(named.filter((name) => !own.includes(name))).toEqual([]);
  });

  it('links to files that exist', () => {
    const links = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
    const relative = links.filter((target) => !/^[a-z]+:/.test(target));
    expect(relative.filter((target) => !existsSync(join(dirname(page), target)))).toEqual([]);
  });

  it('names files that exist', () => {
    const named = [...read(page).matchAll(/`((?:src|apps|libs|test|tools|docs)\/[\w./-]+\.\w+)`/g)].map(
      ([, file]) => file!,
    );
    expect(named.filter((file) => !existsSync(file) && !isMadeByTheGuide(file))).toEqual([]);
  });

  it('shows GraphQL documents that are valid', () => {
    const schema = buildSchema(read('schema.graphql'));
    const documents = blocksOf(page).filter(({ info }) => info === 'graphql');
    expect(documents.flatMap(({ text }) => validate(schema, parse(text)))).toEqual([]);
  });

  it('shows code as it stands in the source', () => {
    for (const { info, text } of blocksOf(page)) {
      const [, file] = info.split(' ');
      // A file of this project has a folder; one of a proxy is held by the neighbours, which run it.
      if (!file?.includes('/') || isMadeByTheGuide(file)) continue;
      const source = squeezed(read(file));
      const shown = info.startsWith('diff ') ? text.replace(/^\+.*\n/gm, '') : text;
      const missing = shown.split(/^\s*…\n/m).filter((part) => !source.includes(squeezed(part)));
      expect([file, missing]).toEqual([file, []]);
    }
  });
});

/** The files that a reader of docs/guides/add-an-upstream.md writes. */
function isMadeByTheGuide(file: string): boolean {
  return /\bparcels\b/.test(file);
}

/** Code without what a formatter may change: white space, and the comma before a closing bracket. */
function squeezed(code: string): string {
  return code.replace(/\s+/g, '').replace(/,(?=[)\]}])/g, '');
}
