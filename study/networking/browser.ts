import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { hasRepresentation } from '#libs/entity-tags';
import { launch, type Page } from 'puppeteer-core';
import { selfSigned } from '#study/support/certificate';
import { gatewaySession } from '#study/networking/gateway';
import { CHROMIUM, noBrowser, part, show } from '#study/support/print';
import { type Listening, listen } from '#study/support/server';

const STREAMS = 7;

/** What only a browser shows: connections to an origin, CORS, cookies, its cache. */
export async function browser(): Promise<void> {
  part('a browser: connections, CORS, cookies, cache');
  if (!existsSync(CHROMIUM)) return noBrowser();
  const chromium = await launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--ignore-certificate-errors'],
  });
  try {
    await eventSources(await chromium.newPage(), 'HTTP/1.1');
    await eventSources(await chromium.newPage(), 'HTTP/2');
    await crossOrigin(await chromium.newPage());
    await cookies(await chromium.newPage());
    await cached(await chromium.newPage());
  } finally {
    await chromium.close();
  }
}

/** Seven EventSources of one page: over HTTP/1.1 the seventh waits for one to close. */
async function eventSources(page: Page, protocol: 'HTTP/1.1' | 'HTTP/2'): Promise<void> {
  const open: (() => void)[] = [];
  let opened = () => {};
  const handler: RequestListener = (request, response) => {
    if (request.url === '/') return void response.end('<!doctype html>');
    if (request.url !== '/events') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
    open.push(() => response.end());
    opened();
  };
  const is2 = protocol === 'HTTP/2';
  const server = is2 ? createSecureServer(selfSigned(), handler as never) : createServer(handler);
  const { port, close } = await listen(server as never);
  const enough = new Promise<void>((resolve) => {
    opened = () => open.length === (is2 ? STREAMS : 6) && resolve();
  });
  await page.goto(`http${is2 ? 's' : ''}://127.0.0.1:${port}/`);
  await page.evaluate(`globalThis.all = Array.from({ length: ${STREAMS} }, () => new EventSource('/events'))`);
  await enough;
  // A seventh that could open would have done so by the time that a timer of the page has run.
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 300))');
  assert.equal(open.length, is2 ? 7 : 6);
  show(`${STREAMS} EventSources over ${protocol}: ${open.length} are open`);
  if (!is2) {
    const seventh = new Promise<void>((resolve) => (opened = () => resolve()));
    await page.evaluate('globalThis.all[0].close()');
    await seventh;
    show('  one is closed: the seventh opens');
  }
  await page.close();
  await close();
}

/** An origin whose requests are noted as "METHOD path". */
async function noting(
  answer: (request: IncomingMessage) => Record<string, string | undefined> | number,
): Promise<Listening & { seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/favicon.ico') return void response.writeHead(404).end();
    if (request.url !== '/') seen.push(`${request.method} ${request.url}`);
    const given = answer(request);
    if (typeof given === 'number') response.writeHead(given).end();
    else response.writeHead(200, { 'content-type': 'text/html', ...given }).end('{}');
  });
  return { ...(await listen(server)), seen };
}

async function crossOrigin(page: Page): Promise<void> {
  // Its own API, as a BFF has it: it asks the other one itself.
  const site = await noting(({ url }) => (url === '/api' ? { 'x-answered': 'by the server' } : {}));
  const api = await noting(({ url, headers }) =>
    url === '/open'
      ? { 'access-control-allow-origin': headers.origin!, 'access-control-allow-headers': 'content-type' }
      : {},
  );
  await page.goto(`http://127.0.0.1:${site.port}/`);
  const send = async (path: string, options: string): Promise<string> => {
    const url = `http://127.0.0.1:${api.port}${path}`;
    const outcome = await page.evaluate(`fetch('${url}', ${options}).then(() => 'read', () => 'refused')`);
    return `${String(outcome)}; the API saw ${api.seen.splice(0).join(', ')}`;
  };
  const json = `{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }`;
  const outcomes = {
    'GET without CORS headers': await send('/closed', '{}'),
    'GET with them': await send('/open', '{}'),
    'POST of a form': await send('/open', `{ method: 'POST', body: new URLSearchParams('a=1') }`),
    'POST of JSON': await send('/open', json),
  };
  const own = await page.evaluate(`fetch('/api').then((answer) => answer.headers.get('x-answered'))`);
  assert.equal(own, 'by the server');
  for (const [name, outcome] of Object.entries(outcomes)) show(`CORS, ${name}: ${outcome}`);
  show(`CORS, the same origin, as of a BFF: read, whatever headers: ${site.seen.join(', ')}`);
  assert.equal(outcomes['GET without CORS headers'], 'refused; the API saw GET /closed');
  assert.equal(outcomes['POST of JSON'], 'read; the API saw OPTIONS /open, POST /open');
  await Promise.all([site.close(), api.close(), page.close()]);
}

async function cookies(page: Page): Promise<void> {
  const server = createServer((_request, response) => {
    response.setHeader('set-cookie', ['seen=1; Path=/', 'hidden=1; HttpOnly; Path=/', '__Host-x=1; Path=/']);
    response.end('<!doctype html>');
  });
  const { port, close } = await listen(server);
  await page.goto(`http://127.0.0.1:${port}/`);
  const [script, stored] = [await page.evaluate('document.cookie'), await page.browserContext().cookies()];
  const names = stored.map(({ name }) => name).sort();
  assert.deepEqual([script, names], ['seen=1', ['hidden', 'seen']]);
  show(`cookies: stored ${names.join(', ')}; a script sees ${String(script)}; __Host- without Secure is refused`);
  await gatewaySession(page);
  await page.close();
  await close();
}

async function cached(page: Page): Promise<void> {
  const tag = '"v1"';
  const { seen, port, close } = await noting(({ url, headers }) => {
    if (url === '/fresh') return { 'cache-control': 'max-age=60' };
    if (hasRepresentation(headers['if-none-match'], tag)) return 304;
    return { 'cache-control': 'no-cache', etag: tag };
  });
  await page.goto(`http://127.0.0.1:${port}/`);
  for (const path of ['/fresh', '/checked']) {
    const statuses = await page.evaluate(
      `(async () => [(await fetch('${path}')).status, (await fetch('${path}')).status].join(', '))()`,
    );
    const requests = seen.splice(0);
    assert.equal(requests.length, path === '/fresh' ? 1 : 2);
    show(
      `cache, ${path === '/fresh' ? 'max-age=60' : 'no-cache with an ETag'}: the page gets ${String(statuses)}; requests: ${requests.length}`,
    );
  }
  await page.close();
  await close();
}
