import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { certificateFiles } from '#test/support/certificate';

const log = new LogLines();
const certificate = certificateFiles();
let gateway: RunningGateway;
let session: ClientHttp2Session;
beforeAll(async () => {
  const config = loadConfig({ PORT: '0', ADMIN_PORT: '0', CACHE: 'off', ...certificate.files });
  gateway = await startGateway(config, createLogger('gateway', 'info', log));
  const { port } = new URL(gateway.url);
  session = connectHttp2(`https://localhost:${port}`, { ca: certificate.authority, host: '127.0.0.1' });
  await once(session, 'remoteSettings');
});
afterAll(async () => {
  session?.destroy();
  await gateway?.stop();
  certificate.remove();
});

interface Answer {
  status: number;
  allow: string | undefined;
  body: { code?: string };
  headers: Record<string, unknown>;
}

async function overHttp2(method: string, path: string): Promise<Answer> {
  const stream = session.request({ ':method': method, ':path': path });
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  const body = JSON.parse((await text(stream)) || '{}') as Answer['body'];
  return { status: Number(headers[':status']), allow: headers['allow'], body, headers };
}

async function onAdminPort(method: string, path: string): Promise<Answer> {
  const socket = connect(Number(new URL(gateway.adminUrl).port), '127.0.0.1');
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  const [head = '', body] = (await text(socket)).split('\r\n\r\n');
  const [line = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(lines.map((one) => one.toLowerCase().split(': ')));
  const allow = /^allow: (.*)$/im.exec(head)?.[1];
  return { status: Number(line.split(' ')[1]), allow, body: JSON.parse(body || '{}'), headers };
}

const METHODS = ['TRACE', 'PROPFIND', 'PURGE', 'SEARCH', 'LINK'];

describe('a method that no resource supports', () => {
  it.each([...METHODS, 'FOO', 'get', 'SUBSCRIBE'])(
    'is answered 405 with Allow over HTTP/2, like others: %s',
    async (method) => {
      const api = await overHttp2(method, '/v1/products/p1?fields=product');
      expect([api.status, api.allow, api.body.code]).toEqual([405, 'GET, HEAD, OPTIONS', 'METHOD_NOT_ALLOWED']);
      expect(api.headers).toMatchObject({
        'content-type': expect.stringContaining('application/problem+json'),
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      expect(await log.first({ requestId: api.headers['x-request-id'] })).toMatchObject({ method, status: 405 });
      const unversioned = await overHttp2(method, '/products');
      expect(unversioned.allow).toBe('GET, HEAD, QUERY, OPTIONS');
      expect((await overHttp2(method, '/graphql')).allow).toBe('GET, HEAD, QUERY, POST, OPTIONS');
    },
  );

  it.each([...METHODS, 'FOO'])('is 404 where there is nothing, or for operators alone: %s', async (method) => {
    for (const path of ['/v1/nothing', '/admin/health']) {
      const answer = await overHttp2(method, path);
      expect([answer.status, answer.body.code, answer.allow]).toEqual([404, 'NOT_FOUND', undefined]);
      expect(answer.headers).toHaveProperty('x-request-id');
    }
  });

  it.each([...METHODS, 'M-SEARCH'])('is refused on the admin port too: %s', async (method) => {
    expect(await onAdminPort(method, '/metrics')).toMatchObject({ status: 405, allow: 'GET, HEAD, OPTIONS' });
    expect(await onAdminPort(method, '/admin/nothing')).toMatchObject({ status: 404, allow: undefined });
    expect(await onAdminPort(method, '/v1/products')).toMatchObject({ status: 404, allow: undefined });
  });

  it('is refused with a body where it is CONNECT, which has no path', async () => {
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'other:443' });
    const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    expect(headers).toMatchObject({ ':status': 405, 'content-type': 'application/problem+json; charset=utf-8' });
    const { code, requestId } = JSON.parse(await text(stream)) as { code: string; requestId: string };
    expect([code, requestId]).toEqual(['METHOD_NOT_ALLOWED', headers['x-request-id']]);
    await log.first({ requestId, method: 'CONNECT', status: 405 });
  });

  it('is refused where the parser knows no such method', async () => {
    const answer = await onAdminPort('FOO', '/metrics');
    expect([answer.status, answer.body.code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(answer.allow).toBe('GET, HEAD, QUERY, POST, PUT, PATCH, DELETE, OPTIONS');
  });
});
