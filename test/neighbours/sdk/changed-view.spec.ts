import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ProjectCopy } from '#test/system/project-copy';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { run } from './packed-client.ts';

jest.setTimeout(120_000);

const COMPILER = resolve('node_modules/@typescript/native/bin/tsc');

/** A page of a front end, compiled against the sources of the client. */
const PAGE = `
import { type Client, getHome, unwrap, webHome } from './clients/sdk/src/index.ts';
export async function page(client: Client): Promise<string[]> {
  const { user } = await unwrap(getHome(client));
  const { home } = await unwrap(webHome(client));
  return [user?.email ?? '', ...(home?.recommendations ?? []).map(({ name, rating }) => name + String(rating))];
}
`;
/** What `npm run schema:write` does of its work for the client. */
const WRITE = `
const { writeFileSync } = await import('node:fs');
const { describeGateway } = await import('#gateway/describe');
const { writeClient } = await import('#tools/sdk/write');
const { graphql, openapi, openapi32 } = await describeGateway();
writeFileSync('schema.graphql', graphql);
writeFileSync('openapi.json', openapi);
writeFileSync('openapi.3.2.json', openapi32);
await writeClient('.');
process.exit(0);
`;

let project: ProjectCopy;
beforeAll(() => {
  project = new ProjectCopy();
  for (const file of ['openapi.json', 'openapi.3.2.json']) cpSync(file, join(project.folder, file));
  writeFileSync(join(project.folder, 'page.ts'), PAGE);
});
afterAll(() => project?.remove());

const edit = (file: string, from: string, to: string) => {
  const path = join(project.folder, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
};
const compile = () => {
  const options = ['--strict', '--noEmit', '--lib', 'es2022,dom', '--types', '', '--module', 'esnext'];
  const more = ['--moduleResolution', 'bundler', '--allowImportingTsExtensions', '--ignoreConfig', 'page.ts'];
  return run(project.folder, process.execPath, COMPILER, ...options, ...more);
};
const write = () =>
  run(
    project.folder,
    process.execPath,
    '-C',
    'atrium',
    '--import',
    './tools/swc-register.mjs',
    '--input-type=module',
    '--eval',
    WRITE,
  );

describe('a page that uses the client', () => {
  it('compiles', () => {
    compile();
  });

  it('does not compile any more when a field of a view that it uses has another name', () => {
    edit('src/features/account/user.view.ts', 'email', 'emailAddress');
    write();
    expect(compile).toThrow(/page\.ts\(6,\d+\): error TS\d+: Property 'email' does not exist/);
    edit('page.ts', 'user?.email', 'user?.emailAddress');
    compile();
  });

  it('does not compile any more when its operation does not select a field that it uses', () => {
    edit('clients/web/home.graphql', 'rating', '');
    write();
    expect(compile).toThrow(/page\.ts\(6,\d+\): error TS\d+: Property 'rating' does not exist/);
  });
});
