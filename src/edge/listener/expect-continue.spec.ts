import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { certificateFiles } from '#test/support/certificate';
import { serve, type Served } from './server.fixture.ts';

const certificate = certificateFiles();
let plain: Served;
let secure: Served;
beforeAll(async () => {
  const routes: Parameters<typeof serve>[0] = (server) => {
    server.post('/echo', async ({ body }) => body);
  };
  plain = await serve(routes);
  secure = await serve(routes, certificate.files);
});
afterAll(async () => {
  await plain.stop();
  await secure.stop();
  certificate.remove();
});

const head = (path: string, length: number, type = 'application/json') =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`;

describe('Expect: 100-continue', () => {
  it('is answered 100 when the body is read, and then with the answer', async () => {
    const socket = connect(plain.port, '127.0.0.1');
    socket.write(head('/echo', 2));
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(String(first)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('{}');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  it.each([
    ['too large a body', head('/echo', 1_000_000), 413],
    ['an unsupported type', head('/echo', 2, 'text/plain'), 415],
    ['an unknown route', head('/nothing', 2), 404],
  ])('gets no 100 for %s, but the refusal, and the connection is closed', async (_, request, status) => {
    const received = await plain.raw(request);
    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(received).not.toContain('100 Continue');
    expect(received).toMatch(/\r\nconnection: close\r\n/i);
  });

  it.each([
    ['{}', '200', true],
    ['x'.repeat(2_000_000), '413', false],
  ])('lets curl send a body only where it is wanted', async (body, status, isSent) => {
    const settings = ['-s', '-o', '/dev/null', '-w', '%{http_code} %{size_upload}', '--expect100-timeout', '20'];
    const headers = ['-H', 'Expect: 100-continue', '-H', 'Content-Type: application/json'];
    const curl = spawn('curl', [...settings, ...headers, '--data-binary', '@-', `${plain.url}/echo`]);
    curl.stdin.on('error', () => {});
    curl.stdin.end(body);
    expect(await text(curl.stdout)).toBe(`${status} ${isSent ? body.length : 0}`);
  });

  it('works over HTTP/2', async () => {
    const session = connectHttp2(`https://localhost:${secure.port}`, { ca: certificate.authority });
    const send = (length: number) =>
      session.request({
        ':method': 'POST',
        ':path': '/echo',
        'content-type': 'application/json',
        'content-length': length,
        expect: '100-continue',
      });
    const small = send(2);
    await once(small, 'continue');
    small.end('{}');
    expect((await once(small, 'response'))[0][':status']).toBe(200);
    const large = send(1_000_000);
    let isContinued = false;
    large.on('continue', () => (isContinued = true));
    large.on('error', () => {});
    expect((await once(large, 'response'))[0][':status']).toBe(413);
    expect(isContinued).toBe(false);
    session.destroy();
  });
});
