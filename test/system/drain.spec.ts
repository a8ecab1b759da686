import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as passed } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { freePort } from '#libs/testing';
import { certificateFiles } from '#test/support/certificate';
import { RealProcess } from '#test/support/process';

const DRAIN_MS = 1_000;
let gateway: RealProcess;
afterEach(() => gateway?.end());

/** The status of an answer over a connection of its own; undefined where it was refused or lost. */
const statusOf = (url: string): Promise<number | undefined> =>
  fetch(url, { headers: { connection: 'close' } }).then(
    ({ status }) => status,
    () => undefined,
  );

it('a gateway that nobody is connected to takes connections for DRAIN_MS after SIGTERM, while /readyz says no', async () => {
  const [port, admin] = [await freePort(), await freePort()];
  gateway = await RealProcess.start('gateway', {
    PORT: `${port}`,
    ADMIN_PORT: `${admin}`,
    DRAIN_MS: `${DRAIN_MS}`,
  });
  const url = `http://127.0.0.1:${port}`;
  const before = await statusOf(`${url}/readyz`);
  gateway.signal('SIGTERM');
  const since = performance.now();
  while ((await statusOf(`${url}/readyz`)) === 200);
  const seen = new Set<string>();
  while (performance.now() - since < DRAIN_MS * 0.8) {
    seen.add(`${await statusOf(`${url}/livez`)} ${await statusOf(`${url}/readyz`)}`);
    await passed(10);
  }
  expect([before, ...seen]).toEqual([200, '200 503']);
  expect(await gateway.end('SIGTERM')).toBe(0);
});

it('a connection that was taken before the port closed is answered, though it asks after that', async () => {
  const [port, admin] = [await freePort(), await freePort()];
  gateway = await RealProcess.start('gateway', { PORT: `${port}`, ADMIN_PORT: `${admin}`, DRAIN_MS: '200' });
  const late = connect(port, '127.0.0.1');
  await once(late, 'connect');
  gateway.signal('SIGTERM');
  while (await isTaken(port)) await passed(5);
  late.end('GET /livez HTTP/1.1\r\nHost: atrium\r\n\r\n');
  expect(await text(late)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\nconnection: close\r\n/i);
  expect(await gateway.end('SIGTERM')).toBe(0);
});

it('a request that is under way has seconds for its end after the longest drain, too', async () => {
  const [port, admin] = [await freePort(), await freePort()];
  gateway = await RealProcess.start('gateway', { PORT: `${port}`, ADMIN_PORT: `${admin}`, DRAIN_MS: '8000' });
  const slow = connect(port, '127.0.0.1');
  const answer = text(slow);
  slow.write(
    'POST /graphql HTTP/1.1\r\nHost: atrium\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n',
  );
  await passed(100);
  gateway.signal('SIGTERM');
  while (await isTaken(port)) await passed(50);
  await passed(2_000);
  slow.write('{"query":"{__typename}"}');
  expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*"__typename":"Query"/);
  expect(await gateway.end('SIGTERM')).toBe(0);
}, 30_000);

it('over HTTP/2 the sessions are told to end, no request is refused, and new sessions are taken for DRAIN_MS', async () => {
  const { files, authority, remove } = certificateFiles();
  const [port, admin] = [await freePort(), await freePort()];
  gateway = await RealProcess.start('gateway', {
    ...files,
    PORT: `${port}`,
    ADMIN_PORT: `${admin}`,
    DRAIN_MS: `${DRAIN_MS}`,
  });
  const { session: before, statusOf: overBefore } = connected(port, authority);
  expect(await overBefore()).toBe(200);
  const notified = once(before, 'goaway');
  gateway.signal('SIGTERM');
  // Clients have time to learn of the drain before a session ends.
  const { statusOf: ofProbe } = connected(port, authority);
  while ((await ofProbe('/readyz')) === 200) await passed(5);
  expect(await overBefore()).toBe(200);
  const [, lastStream] = await notified;
  expect(lastStream).toBe(3);
  for (let n = 0; n < 3; n += 1) {
    const { session, statusOf: over } = connected(port, authority);
    expect(await over()).toBe(200);
    session.close();
  }
  expect(await gateway.end('SIGTERM')).toBe(0);
  remove();
});

/** A session, and the status of a request on it. */
function connected(port: number, ca: string | Buffer) {
  const session = connectHttp2(`https://localhost:${port}`, { ca, host: '127.0.0.1' });
  session.on('error', () => {});
  const statusOf = (path = '/livez') =>
    new Promise<number>((resolve, reject) => {
      const stream = session.request({ ':path': path });
      stream.once('response', (headers) => resolve(headers[':status']!));
      stream.once('error', reject);
      stream.once('close', () => reject(new Error('The stream was closed without an answer.')));
      stream.resume();
    });
  return { session, statusOf };
}

/** Whether the port takes a connection. */
function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('connect', () => socket.destroy());
    socket.once('error', () => resolve(false));
  });
}
