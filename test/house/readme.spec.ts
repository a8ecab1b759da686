import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { describeGateway } from '#gateway/describe';
import { catalogue } from '#libs/errors';
import { buildSchema, isObjectType, parse, validate } from 'graphql';

const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  '.changeset/README.md',
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

/** The links of a page to files of this repository, and the heading that each names. */
function linksOf(page: string): { file: string; heading: string | undefined }[] {
  return [...read(page).matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)]
    .filter(([, target]) => !/^[a-z]+:/.test(target!))
    .map(([, target, heading]) => ({ file: target ? normalize(join(dirname(page), target)) : page, heading }));
}

/** The headings of a page as GitHub names them in links. */
function headingsOf(page: string): string[] {
  const text = read(page).replace(/^```[^]*?^```$/gm, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
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
    const requested = [...readme.matchAll(/home\?fields=([\w.,]+)/g)].flatMap(([, fields]) => fields!.split(','));
    expect(requested.length).toBeGreaterThan(0);
    expect(requested.filter((path) => !(path.split('.')[0]! in home.properties))).toEqual([]);
  });
});

describe('the features of the README', () => {
  const settings = [...read('.env.example').matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name!);
  const fields = Object.values(buildSchema(read('schema.graphql')).getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
  let routes: string[];
  beforeAll(async () => {
    const { doors, openapi } = await describeGateway();
    const { paths } = JSON.parse(openapi) as { paths: Record<string, object> };
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    routes = [...doors.map(({ name }) => name.replace(/:(\w+)/g, '{$1}')), ...documented];
  });

  /** What a line names that can be looked up, with whether it is there. */
  const namedIn = (item: string) =>
    [...item.matchAll(/`([^`]+)`/g)].flatMap(([, name]): [string, boolean][] => {
      if (/^[A-Z]+ \//.test(name!)) return [[name!, routes.includes(name!)]];
      if (/^[A-Z][A-Z_]+$/.test(name!)) return [[name!, settings.includes(name!) || name! in catalogue]];
      if (/^[A-Z][A-Z_]+=/.test(name!)) return [[name!, settings.includes(name!.split('=')[0]!)]];
      if (/^[A-Z]\w+\.\w+$/.test(name!)) return [[name!, fields.includes(name!)]];
      if (name!.startsWith('npm run ')) return [[name!, name!.slice('npm run '.length) in scripts]];
      return [];
    });

  it.each(itemsUnder('What it does'))('has %s', (item) => {
    const named = namedIn(item);
    expect(named.filter(([, isThere]) => !isThere)).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
  });

  it.each(itemsUnder('Not yet'))('has not: %s', (item) => {
    const named = namedIn(item);
    // An error code stands for what is refused with it.
    expect(named.filter(([name, isThere]) => isThere !== name in catalogue)).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
  });
});

const linked = linkedFrom('README.md');

describe.each(pages)('%s', (page) => {
  it('names npm scripts that exist', () => {
    const named = [...read(page).matchAll(/(?:`|^|&& )npm (?:run )?([a-z][\w:-]*)/gm)].map(([, name]) => name!);
    const own = ['ci', 'install', ...Object.keys(scripts)];
    expect(named.filter((name) => !own.includes(name))).toEqual([]);
  });

  it('quotes queries of URLs, which zsh takes for patterns of files', () => {
    const commands = shellOf(page).flatMap((text) => text.replace(/'[^']*'|"[^"]*"/g, '').split('\n'));
    expect(commands.filter((line) => /[\w/]\?\w+=/.test(line))).toEqual([]);
  });

  it('links to files and headings that exist', () => {
    const wrong = linksOf(page).filter(
      ({ file, heading }) =>
        !existsSync(file) || (heading && file.endsWith('.md') && !headingsOf(file).includes(heading)),
    );
    expect(wrong).toEqual([]);
  });

  it('names what is in the files that it links', () => {
    const named = [...read(page).matchAll(/`([\w.]+)` in \[[^\]]+\]\(([^)#\s]+)\)/g)];
    const wrong = named.filter(([, name, file]) => !read(join(dirname(page), file!)).includes(name!));
    expect(wrong.map(([all]) => all)).toEqual([]);
  });

  it('is linked from the README, or from a page that is', () => {
    expect(linked).toContain(page);
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
      const presented = info.startsWith('diff ') ? text.replace(/^\+.*\n/gm, '') : text;
      const missing = presented.split(/^\s*…\n/m).filter((part) => !source.includes(squeezed(part)));
      expect([file, missing]).toEqual([file, []]);
    }
  });
});

/** The pages that a reader of the README can reach by links. */
function linkedFrom(page: string, seen = new Set([page])): Set<string> {
  for (const { file } of linksOf(page)) {
    if (seen.has(file) || !file.endsWith('.md') || !existsSync(file)) continue;
    linkedFrom(file, seen.add(file));
  }
  return seen;
}

/** The items of a list of the README, by the heading above it. */
function itemsUnder(heading: string): string[] {
  const section = readme.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  return section.split('\n').flatMap((line) => /^- (.+)$/.exec(line)?.[1] ?? []);
}

/** Files that a reader of docs/guides writes, or that a new gateway has. */
function isMadeByTheGuide(file: string): boolean {
  return /\bparcels\b/.test(file) || file === 'test/containers.spec.ts';
}

/** Code without what a formatter may change: white space, and the comma before a closing bracket. */
function squeezed(code: string): string {
  return code.replace(/\s+/g, '').replace(/,(?=[)\]}])/g, '');
}
