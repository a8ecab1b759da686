import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { certificateFiles } from '#test/support/certificate';
import { serve, type Served } from './server.fixture.ts';

const { NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_STREAM_CLOSED } = constants;
const MANY = 1_200;
const AT_ONCE = 100;

const { files, authority, remove } = certificateFiles();
const sessions: ClientHttp2Session[] = [];
let served: Served;
beforeAll(async () => {
  served = await serve(
    (server) => {
      server.get('/small', () => ({ ok: true }));
      server.get('/never', () => new Promise(() => {}));
    },
    { ...files, SHEDDING: 'off' },
  );
});
afterAll(async () => {
  for (const session of sessions) session.destroy();
  await served.stop();
  remove();
});

async function open(): Promise<ClientHttp2Session> {
  const session = connect(`https://localhost:${served.port}`, { ca: authority, host: '127.0.0.1' });
  session.on('error', () => {});
  sessions.push(session);
  await once(session, 'remoteSettings');
  return session;
}

/** Reads as many bytes as `Content-Length` has, and closes the stream then. @returns the status; 0 without an answer */
function readToLength(session: ClientHttp2Session): Promise<number> {
  const stream = session.request({ ':path': '/small' });
  let [status, left] = [0, 0];
  stream.on('response', (headers: IncomingHttpHeaders & { ':status'?: number }) => {
    status = headers[':status']!;
    left = Number(headers['content-length']);
  });
  stream.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left === 0) stream.close(NGHTTP2_STREAM_CLOSED);
  });
  stream.on('error', () => {});
  return new Promise((resolve) => void stream.once('close', () => resolve(left === 0 ? status : 0)));
}

it('a client that closes each stream when it has read Content-Length keeps its connection', async () => {
  const session = await open();
  const seen = new Set<number>();
  let left = MANY;
  const some = async () => {
    while (left-- > 0) seen.add(await readToLength(session));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
  expect([[...seen], session.closed]).toEqual([[200], false]);
});

it.each(['/never', '/small', '/nothing'])(
  'a client that opens and cancels requests on and on loses its connection: %s',
  async (path) => {
    const session = await open();
    const closed = new Promise((resolve) => session.once('close', resolve));
    const codes: number[] = [];
    session.on('goaway', (code) => void codes.push(code));
    for (let sent = 0; sent < MANY && !session.destroyed; sent += 1) {
      session
        .request({ ':path': path })
        .on('error', () => {})
        .close(NGHTTP2_CANCEL);
      if (sent % AT_ONCE === 0) await new Promise(setImmediate);
    }
    await closed;
    // The connection may close before its GOAWAY is read.
    expect(codes.filter((code) => code !== NGHTTP2_ENHANCE_YOUR_CALM)).toEqual([]);
  },
);
