import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeWith } from '#test/support/neighbours/describe-with';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PackedClient, run } from './packed-client.ts';
import { attw, packageChecks, publint } from './programs.ts';

jest.setTimeout(120_000);

const COMPILER = resolve('node_modules/@typescript/native/bin/tsc');
/** The Node of this run, and the oldest that the package names, if the machine has it. */
const NODES = [process.execPath, '/usr/bin/node'].filter((path) => existsSync(path));

const BODY = `
const mock = createMock();
mock.on(sdk.getHome, () => ({ user: null, recentOrders: [], recommendations: null, degraded: [] }));
mock.onStream(sdk.followOrder, () => [{ id: '1', event: 'restored', data: { part: 'order' } }]);
const events = [];
for await (const { event } of sdk.followOrder(mock.client, { id: 'o1' })) events.push(event);
// The platform's own fetch, over a socket.
const { createServer } = await import('node:http');
const server = createServer((request, response) => {
  if (!request.url.endsWith('/events')) return response.setHeader('content-type', 'application/json').end('{"id":"u1"}');
  response.setHeader('content-type', 'text/event-stream').write('retry: 1\\n\\nid: 7\\nevent: tick\\ndata: {}\\n\\n');
  if (request.headers['last-event-id']) response.end('event: end\\ndata: {"reason":"complete"}\\n\\n');
  else setTimeout(() => response.destroy(), 20);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const client = sdk.createClient({ baseUrl: 'http://127.0.0.1:' + server.address().port });
events.push((await sdk.unwrap(sdk.getMe(client, {}, { timeoutMs: 5000 }))).id);
for await (const { event } of sdk.followJob(client, { id: 'j1' })) events.push(event);
server.closeAllConnections();
server.close();
const home = await sdk.unwrap(sdk.getHome(mock.client));
console.log(JSON.stringify([home.recentOrders, events, new sdk.ClientError({ fields: [] }) instanceof Error]));
`;
const WRITTEN = '[[],["restored","end","u1","tick","tick","end"],true]\n';
const TYPED = `
import { createClient, getHome, type Home } from '@atrium/client';
import { createMock } from '@atrium/client/mock';
export async function nameOf(): Promise<string | undefined> {
  const result = await getHome(createClient({ baseUrl: 'http://127.0.0.1' }));
  if (!result.ok) return result.error.code === 'UNAUTHENTICATED' ? 'nobody' : undefined;
  const home: Home = result.data;
  return home.user?.name;
}
export const mock = createMock();
`;

let client: PackedClient;
beforeAll(() => {
  client = new PackedClient();
});
afterAll(() => client?.remove());

describe('@atrium/client, as npm packs it', () => {
  it.each([
    [
      'ES modules',
      'module',
      `import * as sdk from '@atrium/client';\nimport { createMock } from '@atrium/client/mock';\n${BODY}`,
    ],
    [
      'CommonJS',
      'commonjs',
      `const sdk = require('@atrium/client');\nconst { createMock } = require('@atrium/client/mock');\n(async () => {${BODY}})();`,
    ],
  ])('runs in an empty project of %s', (_, type, text) => {
    const folder = client.project(type, { 'package.json': JSON.stringify({ type }), 'main.js': text });
    for (const node of NODES) expect(run(folder, node, 'main.js')).toBe(WRITTEN);
  });

  it.each([
    ['ES modules', 'module', ['nodenext', 'nodenext']],
    ['CommonJS', 'commonjs', ['nodenext', 'nodenext']],
    ['a bundler', 'module', ['esnext', 'bundler']],
  ])('has types for %s, under strict and with the libraries checked', (name, type, [module, resolution]) => {
    const folder = client.project(name.replace(' ', '-'), {
      'package.json': JSON.stringify({ type }),
      'main.ts': TYPED,
    });
    const options = ['--strict', '--noEmit', '--lib', 'es2022,dom', '--types', '', '--exactOptionalPropertyTypes'];
    run(
      folder,
      process.execPath,
      COMPILER,
      ...options,
      '--module',
      module!,
      '--moduleResolution',
      resolution!,
      'main.ts',
    );
  });
});

describeWith([publint, attw], 'the package', () => {
  const bin = (name: string) => join(packageChecks.path, 'node_modules/.bin', name);

  it('has nothing that publint finds, under strict', () => {
    expect(run(client.source, bin('publint'), 'run', '--strict')).toMatch(/All good/);
  });

  it('has types of the right kind for every import and require', () => {
    // Resolution as before Node 12.7 knows no subpaths; only the main entry serves it.
    run(client.source, bin('attw'), client.tarball, '--profile', 'node16');
  });
});
