import { once } from 'node:events';
import { type ClientHttp2Stream, connect, constants } from 'node:http2';
import { request as send } from 'node:https';
import type { Readable } from 'node:stream';
import { setTimeout as passed } from 'node:timers/promises';
import { FaultProxy, s3ForTests } from '#libs/testing';
import { Access } from '#test/support/access';
import { certificateFiles } from '#test/support/certificate';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const access = new Access();
const { files, authority, remove } = certificateFiles();
const ada = access.of('u1');
const SIZE = 8_000_000;

describe('a file whose storage breaks off midway', () => {
  let s3: Awaited<ReturnType<typeof s3ForTests>>;
  let proxy: FaultProxy;
  let shop: Shop;
  let path: string;
  const tls = () => ({ ca: authority, host: '127.0.0.1', port: Number(new URL(shop.gateway.url).port) });

  const call = async (method: string, to: string, headers = {}, body: Buffer | string = '') => {
    const sent = send({
      ...tls(),
      servername: 'localhost',
      method,
      path: to,
      headers: { ...ada, ...headers },
    });
    const [answer] = (await once(sent.end(body), 'response')) as [NodeJS.ReadableStream];
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    return JSON.parse(text) as { id: string; url: string; items: { id: string }[] };
  };

  beforeAll(async () => {
    s3 = await s3ForTests();
    proxy = await FaultProxy.open({ target: /127\.0\.0\.1:\d+/.exec(s3.url)![0] });
    shop = await Shop.open({
      ...files,
      JWT_PRIVATE_KEY: access.privateKey,
      STORAGE_URL: s3.url.replace(/127\.0\.0\.1:\d+/, proxy.address),
      STORAGE_ACCESS_KEY_ID: s3.accessKeyId,
      STORAGE_SECRET_ACCESS_KEY: s3.secretAccessKey,
    });
    const json = { 'content-type': 'application/json' };
    const { id } = await call('POST', '/v1/uploads', { 'content-type': 'text/plain' }, Buffer.alloc(SIZE, 'x'));
    const [order] = (await call('GET', '/v1/orders')).items;
    const attachments = `/v1/orders/${order!.id}/attachments`;
    path = `${attachments}/${(await call('POST', attachments, json, JSON.stringify({ uploadId: id }))).id}`;
  }, 60_000);
  afterAll(async () => {
    await shop?.close();
    await proxy?.close();
    await s3?.stop();
    remove();
  });

  /** The lines of a request. */
  const lines = async (requestId: string) => {
    await shop.logs.gateway.first({ requestId, msg: 'request' });
    await passed(50);
    return shop.logs.gateway.with({ requestId });
  };

  it.each(['h2', 'h1'])('never looks whole, and the log says why: %s', async (version) => {
    const requestId = `broken-${version}`;
    const headers = { ...ada, 'x-request-id': requestId };
    const session = version === 'h2' ? connect(`https://localhost:${tls().port}`, tls()) : undefined;
    let answer: Readable;
    if (session) {
      answer = session.request({ ':path': path, ...headers });
      await once(answer, 'response');
    } else {
      const request = send({ ...tls(), servername: 'localhost', path, headers, agent: false }).end();
      [answer] = (await once(request, 'response')) as [Readable];
    }
    const failed = once(answer, 'error');
    failed.catch(() => {});
    await once(answer, 'data');
    proxy.set({ resetAfterBytes: 0 });
    const hasEnded = new Promise((resolve) => void answer.once('end', () => resolve('ended')));
    const [error] = (await Promise.race([failed, hasEnded])) as [Error];
    expect(error).toBeInstanceOf(Error);
    if (session) expect((answer as ClientHttp2Stream).rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
    proxy.heal();
    session?.destroy();
    expect(await lines(requestId)).toEqual([
      expect.objectContaining({ status: 200, code: 'OVERLOADED', source: 'storage', cause: expect.any(String) }),
    ]);
  });

  it('is answered as an error where the storage is down before, and the log says why', async () => {
    proxy.set({ refuse: true, resetAfterBytes: 0 });
    const answer = await call('GET', path, { 'x-request-id': 'down' });
    expect(answer).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    proxy.heal();
    expect(await lines('down')).toEqual([
      expect.objectContaining({
        status: 502,
        source: 'storage',
        cause: expect.stringMatching(/ECONNRESET|hang up/),
      }),
    ]);
  });

  it('is no failure where its client leaves midway, also over HTTP/2: one line', async () => {
    const counted = () =>
      shop.metric(/^http_request_duration_seconds_count\{.*attachments\/:id.*status="200".*\} (\d+)/m);
    const before = await counted();
    const session = connect(`https://localhost:${tls().port}`, tls());
    const stream = session.request({ ':path': path, ...ada, 'x-request-id': 'left' });
    await once(stream, 'data');
    stream.close(constants.NGHTTP2_CANCEL);
    const [line, ...others] = await lines('left');
    expect([line!['status'], line!['code'], others]).toEqual([499, undefined, []]);
    expect(await counted()).toBe(before);
    session.destroy();
  });
});
