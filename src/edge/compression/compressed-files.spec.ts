import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fetchCoded } from './coded.fixture.ts';

const LONG = JSON.stringify({ text: 'a body that is long enough, '.repeat(100) });

const folder = mkdtempSync(join(tmpdir(), 'compression-'));
const file = join(folder, 'script.js');
writeFileSync(file, 'console.log("a script");\n'.repeat(200));

let served: Served;
let off: Served;
beforeAll(async () => {
  const routes: Parameters<typeof serve>[0] = (server) => {
    server.get('/long', (_, reply) =>
      reply.type('application/json; charset=utf-8').header('etag', '"l"').send(LONG),
    );
    server.get('/file', (_, reply) => {
      const length = readFileSync(file).length;
      const headers = { etag: 'W/"f"', 'content-length': length, 'accept-ranges': 'bytes' };
      return reply.type('text/javascript').headers(headers).send(createReadStream(file));
    });
    server.get('/lost', (_, reply) => {
      const headers = { etag: 'W/"lost"', 'content-length': 5_000 };
      return reply
        .type('text/javascript')
        .headers(headers)
        .send(createReadStream(join(folder, 'none')));
    });
  };
  [served, off] = await Promise.all([serve(routes), serve(routes, { COMPRESSION: 'off' })]);
});
afterAll(async () => {
  await Promise.all([served?.stop(), off?.stop()]);
  rmSync(folder, { recursive: true });
});

const get = (path: string, coding: string, method = 'GET') =>
  fetchCoded(served.url + path, { 'accept-encoding': coding }, { method });

describe('a file', () => {
  it('is compressed as a whole, once for all requests', async () => {
    const before = await get('/file', 'br', 'HEAD');
    expect([before.headers['content-encoding'], before.headers['content-length']]).toEqual(['br', undefined]);
    const [one, other] = await Promise.all([get('/file', 'br'), get('/file', 'br')]);
    const third = await get('/file?again', 'br');
    for (const { headers, bytes, text } of [one, other, third]) {
      expect([headers['content-encoding'], headers['content-length']]).toEqual(['br', `${bytes.length}`]);
      expect([headers['etag'], headers['accept-ranges'], headers['vary']]).toEqual([
        'W/"f"',
        undefined,
        'Accept-Encoding',
      ]);
      expect(text).toBe(readFileSync(file, 'utf8'));
    }
    const after = await get('/file', 'br', 'HEAD');
    expect(after.headers['content-length']).toBe(one.headers['content-length']);
  });

  it('that cannot be read is an error, not a partial response', async () => {
    const { status, headers } = await get('/lost', 'br');
    expect([status, headers['content-type'], headers['content-encoding']]).toEqual([
      500,
      'application/problem+json; charset=utf-8',
      undefined,
    ]);
  });
});

describe('a client that accepts no coding', () => {
  it.each(['identity;q=0', '*;q=0', 'deflate, identity;q=0'])('is refused: %s', async (coding) => {
    const { status, headers, text } = await get('/long', coding);
    expect([status, headers['content-encoding'], JSON.parse(text)]).toEqual([
      406,
      undefined,
      expect.objectContaining({ code: 'NOT_ACCEPTABLE', detail: 'Available: zstd, br, gzip, identity.' }),
    ]);
  });
});

describe('without compression', () => {
  it('responses are uncompressed, whatever clients accept', async () => {
    for (const coding of ['gzip', 'gzip, identity;q=0', 'identity;q=0']) {
      const { status, headers, text } = await fetchCoded(`${off.url}/long`, { 'accept-encoding': coding });
      expect([status, headers['content-encoding'], headers['vary'], headers['etag'], text]).toEqual([
        200,
        undefined,
        undefined,
        '"l"',
        LONG,
      ]);
    }
  });
});
