import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serve, type Served } from '#gateway/edge/listener/server.fixture';
import { certificateFiles } from '#test/support/certificate';
import { eventually } from '#libs/testing';

const certificate = certificateFiles();
let plain: Served;
let secure: Served;
beforeAll(async () => {
  const routes: Parameters<typeof serve>[0] = (server) => {
    server.get('/', async () => 'ok');
    server.get('/livez', { config: { kind: 'probe' } }, async () => 'alive');
  };
  plain = await serve(routes, { MAX_CONNECTIONS: '1' });
  secure = await serve(routes, { MAX_CONNECTIONS: '1', ...certificate.files });
});
afterAll(async () => {
  await plain.stop();
  await secure.stop();
  certificate.remove();
});

/** An open connection without a request. */
async function idle({ port }: Served) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

describe('a connection beyond MAX_CONNECTIONS', () => {
  it('gets 503 with Retry-After for its request, and is closed', async () => {
    const first = await idle(plain);
    const answer = await plain.raw('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/\r\nretry-after: [1-4]\r\n/i);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(answer).toContain('"code":"OVERLOADED"');
    expect(plain.log.with({ msg: 'connections are refused: there are too many' })).toHaveLength(1);
    first.destroy();
  });

  it('is served once there is room', async () => {
    await eventually(async () => (await plain.connections()) === 0);
    const first = await idle(plain);
    const second = await idle(plain);
    first.destroy();
    await eventually(async () => (await plain.connections()) <= 1);
    second.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const [data] = (await once(second, 'data')) as [Buffer];
    expect(String(data)).toMatch(/^HTTP\/1\.1 200 /);
    second.destroy();
  });

  it('is answered if it is a probe', async () => {
    await eventually(async () => (await plain.connections()) === 0);
    const first = await idle(plain);
    const answer = await plain.raw('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    first.destroy();
  });

  it('gets 503 and GOAWAY over HTTP/2', async () => {
    const first = await idle(secure);
    const session = connectHttp2(`https://localhost:${secure.port}`, {
      ca: certificate.authority,
      host: '127.0.0.1',
    });
    const left = once(session, 'goaway');
    const stream = session.request({ ':path': '/' });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers[':status']).toBe(503);
    await left;
    stream.close();
    session.destroy();
    first.destroy();
  });
});
