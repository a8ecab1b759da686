import 'reflect-metadata';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HomeView } from '#gateway/features/home/home.view';
import { ProductCards } from '#gateway/features/products/product-cards.part.tsx';
import { partOf } from '#gateway/transports/html/parts.tsx';
import { fromGrpc, fromHttp } from '#libs/errors';
import { html } from '#libs/html';
import { Context } from '#libs/upstream';
import { parseFields, serializer, wholeView } from '#libs/view';
import { Metadata, status as grpc } from '@grpc/grpc-js';
import openapiTS, { astToString } from 'openapi-typescript';
import { aShop, UPSTREAM_MS } from './bff/shop.ts';
import { measured, part, show } from './support/print.ts';
import { showByRelease } from './support/releases.ts';
import { tempFolder } from './support/temp-folder.ts';

const whole = wholeView(HomeView);
const newContext = () =>
  new Context({ log: { requestId: 'r1' }, caller: { id: 'u1', scopes: [] }, timeoutMs: 5_000 });

part('aggregation: three upstreams, one request, at once');
const shop = aShop();
const startedAt = performance.now();
const home = await shop.getHome.run(newContext(), whole);
const tookMs = performance.now() - startedAt;
assert.deepEqual([...shop.calls].sort(), ['byIds', 'recent', 'recommended']);
assert.ok(tookMs < 2.5 * UPSTREAM_MS);
show(`calls: ${shop.calls.length}, each ${UPSTREAM_MS} ms; less than ${2.5 * UPSTREAM_MS} ms in all`);
measured(`${Math.round(tookMs)} ms`);

part('a part that fails is missing, and named');
const broken = aShop();
broken.fail();
const lacking = await broken.getHome.run(newContext(), whole);
assert.equal(lacking.recentOrders, null);
show(
  `user: ${lacking.user!.name}; recentOrders: ${lacking.recentOrders}; degraded: ${JSON.stringify(lacking.degraded)}`,
);

part('trimming: bytes of the whole page, and of what a list shows');
const bytes = (fields?: string) => {
  const selection = fields ? parseFields(fields, whole) : whole;
  return Buffer.byteLength(serializer(HomeView, selection)(home as never).text);
};
const [all, few] = [bytes(), bytes('user.name,recommendations.id,recommendations.name')];
assert.ok(few < all / 5);
show('?fields=user.name,recommendations.id,recommendations.name: less than a fifth');
measured(`${all} and ${few} bytes`);
const narrow = aShop();
await narrow.getHome.run(newContext(), parseFields('user.name', whole));
assert.deepEqual(narrow.calls, ['byIds']);
show(`?fields=user.name asks: ${narrow.calls.join(', ')}`);

part('protocol translation: the failures of two protocols, one vocabulary');
const call = Object.assign(new Error('14 UNAVAILABLE: 10.0.0.7 refused'), {
  code: grpc.UNAVAILABLE,
  details: '10.0.0.7 refused',
  metadata: new Metadata(),
});
const [ofGrpc, ofHttp] = [fromGrpc(call as never), fromHttp(503, {} as never)];
assert.deepEqual([ofGrpc.code, ofHttp.code], ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE']);
show(`gRPC UNAVAILABLE: ${ofGrpc.code}; HTTP 503: ${ofHttp.code}`);

part('server-side rendering: the same answer as a page');
const page = html`<h1>Hello ${home.user!.name}</h1>
  ${ProductCards({ language: 'de', products: home.recommendations!.slice(0, 1) })}`;
show(
  ...String(page)
    .replaceAll('\u{a0}', ' ')
    .split(/\n\s*|(?=<h3|<p )/),
);
assert.match(String(page), /<a class="card-link" href="\/shop\/products\/p0">/);
const label = 'Your latest orders';
const received = { name: 'recentOrders', value: lacking.recentOrders, degraded: lacking.degraded };
const missing = String(partOf('en', { label, of: () => '' }, received, false));
assert.match(missing, /cannot be shown at the moment/);
show(missing);

part('end-to-end types: a renamed field is an error of the front end');
const folder = tempFolder();
const types = astToString(await openapiTS(readFileSync('openapi.json', 'utf8')));
writeFileSync(join(folder, 'api.ts'), types);
const client = (field: string) => `import type { components } from './api.ts';
export const greet = (home: components['schemas']['Home']) => home.user?.${field};\n`;
writeFileSync(join(folder, 'right.ts'), client('name'));
writeFileSync(join(folder, 'wrong.ts'), client('fullName'));
const tsc = join(process.cwd(), 'node_modules/@typescript/native/bin/tsc');
const outcomeOf = (file: string): string => {
  try {
    execFileSync(process.execPath, [tsc, '--noEmit', '--strict', '--allowImportingTsExtensions', file], {
      cwd: folder,
    });
    return 'compiles';
  } catch (error) {
    return /error TS\d+: [^.]+\./.exec(String((error as { stdout: Buffer }).stdout))?.[0] ?? String(error);
  }
};
const [right, wrong] = [outcomeOf('right.ts'), outcomeOf('wrong.ts')];
assert.equal(right, 'compiles');
assert.match(wrong, /TS2339/);
show(`home.user?.name: ${right}`, `home.user?.fullName: ${wrong.replace(/type .*/, 'type …')}`);

part('TypeScript that Node runs itself, without checking it, by release');
showByRelease(
  "process.features.typescript + '; enums too: ' + process.allowedNodeEnvironmentFlags.has('--experimental-transform-types')",
);
