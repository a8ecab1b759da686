import { once } from 'node:events';
import { connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { setTimeout as passed } from 'node:timers/promises';
import { Access } from '#test/support/access';
import { certificateFiles } from '#test/support/certificate';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const access = new Access();
const { files, authority, remove } = certificateFiles();
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open({ ...files, SHEDDING: 'off', JWT_PRIVATE_KEY: access.privateKey });
});
afterAll(async () => {
  await shop?.close();
  remove();
});

const JSON_TYPE = 'application/json';

/** A connection of a client whose Node counts no unsent bytes of streams that have been reset. */
const connected = () =>
  connect(`https://localhost:${new URL(shop.gateway.url).port}`, {
    ca: authority,
    host: '127.0.0.1',
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
  });

describe('over HTTP/2, a body that goes on after its answer', () => {
  it.each([
    ['/v1/uploads', 'application/octet-stream', {}, 401],
    ['/v1/uploads', 'multipart/form-data', access.of('u1'), 415],
    ['/v1/uploads/tus', 'application/offset+octet-stream', {}, 401],
    ['/v1/products/import', 'text/csv', access.of('u1'), 403],
    ['/v1/orders', 'text/plain', access.of('u1'), 415],
    ['/v1/orders', JSON_TYPE, access.of('u1'), 413],
    ['/nothing', JSON_TYPE, {}, 404],
  ])('is ended without an error: %s with %s', async (path, type, headers, status) => {
    const session = connected();
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': type, ...headers });
    stream.write(Buffer.alloc(1_000_000, ' '));
    const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    await once(stream.resume(), 'close');
    expect([answer[':status'], stream.rstCode]).toEqual([status, constants.NGHTTP2_NO_ERROR]);
    session.destroy();
  });

  it.each([
    ['POST', '/v1/uploads', 'image/png', {}, 401],
    ['PATCH', '/v1/uploads/tus/none', 'application/offset+octet-stream', access.of('u1'), 412],
    ['POST', '/v1/products/import', 'text/csv', access.of('u1'), 403],
    ['HEAD', '/v1/me', JSON_TYPE, access.of('u1'), 200],
    ['HEAD', '/v1/me', JSON_TYPE, {}, 401],
  ])('leaves no stream and no body behind: %s %s', async (method, path, type, headers, status) => {
    const session = connected();
    const count = 110;
    for (let n = 0; n < count; n += 1) {
      const sent = { ':method': method, ':path': path, 'content-type': type, ...headers };
      const stream = session.request(sent, { endStream: false });
      stream.on('error', () => {}).write(Buffer.alloc(400_000, ' '));
      const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
      expect([n, answer[':status']]).toEqual([n, status]);
      await once(stream.resume(), 'close');
    }
    const route = path.replace('none', ':id');
    const lines = () => shop.logs.gateway.with({ msg: 'request', route, status, method }).length;
    while (lines() < count) await passed(10);
    session.destroy();
  });
});

describe('over HTTP/2, a client that cancels downloads', () => {
  it('goes on with its connection', async () => {
    const session = connected();
    session.settings({ initialWindowSize: 65_535 });
    // Node's own limit, 10 MB, counts what a cancelled answer has not sent, for ever.
    const cancelled = async () => {
      const stream = session.request({ ':path': '/openapi.json' }).on('error', () => {});
      const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
      stream.close(constants.NGHTTP2_CANCEL);
      await once(stream.resume(), 'close');
      return answer[':status'];
    };
    for (let round = 0; round < 20; round += 1) {
      const statuses = await Promise.all(Array.from({ length: 40 }, cancelled));
      expect([round, new Set(statuses)]).toEqual([round, new Set([200])]);
    }
    session.destroy();
  });
});
