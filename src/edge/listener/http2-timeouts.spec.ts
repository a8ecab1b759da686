import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { setTimeout as passed } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { certificateFiles } from '#test/support/certificate';
import { serve, type Served } from './server.fixture.ts';

const IDLE_MS = 1_000;
const LARGE = 'x'.repeat(400_000);
const certificate = certificateFiles();
let served: Served;
const sessions: ClientHttp2Session[] = [];

beforeAll(async () => {
  served = await serve(
    (server) => {
      server.get('/page', async () => 'x'.repeat(40_000));
      server.get('/large', async () => LARGE);
      server.get('/small', async () => 'ok');
    },
    {
      HEADERS_TIMEOUT_MS: '1000',
      IDLE_TIMEOUT_MS: `${IDLE_MS}`,
      KEEP_ALIVE_TIMEOUT_MS: '2500',
      ...certificate.files,
    },
  );
});
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});
afterAll(async () => {
  await served.stop();
  certificate.remove();
});

const TLS = { ca: certificate.authority, servername: 'localhost' };

async function session(initialWindowSize = 65_535) {
  const opened = connect(`https://localhost:${served.port}`, {
    ...TLS,
    host: '127.0.0.1',
    settings: { initialWindowSize },
  });
  opened.on('error', () => {});
  sessions.push(opened);
  await once(opened, 'connect');
  return opened;
}

/** The status of a request whose answer is read. */
async function visit(on: ClientHttp2Session, path: string) {
  const stream = on.request({ ':path': path });
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
  const [headers] = (await once(stream, 'response')) as [{ ':status': number }];
  await once(stream, 'end');
  return [headers[':status'], bytes];
}

describe('an HTTP/2 client that does not read its answer', () => {
  it.each(['PINGs', 'other requests'])('is cut off while it sends %s', async (what) => {
    const client = await session(0);
    const unread = client.request({ ':path': '/page' });
    // Its window is 0: there is nothing to read.
    unread.on('error', () => {}).resume();
    const timer = setInterval(() => {
      if (client.destroyed) return;
      if (what === 'PINGs') client.ping(() => {});
      else
        client
          .request({ ':path': '/small', ':method': 'HEAD' })
          .on('error', () => {})
          .resume();
    }, 100);
    await once(unread, 'close');
    clearInterval(timer);
    expect(unread.rstCode).toBe(constants.NGHTTP2_CANCEL);
    expect(client.closed).toBe(false);
  });

  it('is not cut off while it reads, slowly', async () => {
    let read: Read;
    // On a busy machine it may itself pause for longer than a client that reads.
    do read = await readSlowly((await session()).request({ ':path': '/large' }));
    while (!read.isWhole && read.pauseMs > 0.8 * IDLE_MS);
    expect(read.totalMs).toBeGreaterThan(2 * IDLE_MS);
    expect(read.isWhole).toBe(true);
  });
});

interface Read {
  isWhole: boolean;
  totalMs: number;
  /** The longest time between two chunks. */
  pauseMs: number;
}

async function readSlowly(stream: ClientHttp2Stream): Promise<Read> {
  const since = performance.now();
  let [bytes, pauseMs, last] = [0, 0, since];
  const pause = () => {
    const now = performance.now();
    pauseMs = Math.max(pauseMs, now - last);
    last = now;
  };
  try {
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length;
      pause();
      await passed(100);
    }
  } catch {
    pause();
  }
  return { isWhole: bytes === LARGE.length, totalMs: performance.now() - since, pauseMs };
}

describe('an HTTP/2 session without a stream', () => {
  it('is kept for longer than a silent stream', async () => {
    let client: ClientHttp2Session;
    let quietMs: number;
    // On a busy machine the pause may be longer than a session is kept.
    do {
      client = await session();
      const since = performance.now();
      await passed(1.5 * IDLE_MS);
      quietMs = performance.now() - since;
    } while (quietMs > 1.8 * IDLE_MS);
    expect(await visit(client, '/small')).toEqual([200, 2]);
  });

  it('ends by GOAWAY, and its connection only after the client had time to read that', async () => {
    const socket = connectTls({ port: served.port, host: '127.0.0.1', ...TLS, ALPNProtocols: ['h2'] });
    await once(socket, 'secureConnect');
    socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(SETTINGS)]));
    const events: string[] = [];
    const ended = once(socket, 'close').then(() => void events.push('end'));
    await goaway(socket);
    events.push('GOAWAY');
    await passed(500);
    events.push('read');
    await ended;
    expect(events).toEqual(['GOAWAY', 'read', 'end']);
  }, 30_000);
});

describe('a TLS connection', () => {
  it('that does not finish its handshake is closed', async () => {
    const socket = connectTcp(served.port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    socket.resume();
    await once(socket, 'close');
    expect(socket.readableEnded).toBe(true);
  }, 15_000);
});

const [SETTINGS, GOAWAY] = [4, 7];

/** A frame without a payload (RFC 9113, section 4.1). */
const frame = (type: number): Buffer => Buffer.from([0, 0, 0, type, 0, 0, 0, 0, 0]);

/** Resolves when a GOAWAY frame has arrived. */
async function goaway(socket: NodeJS.ReadableStream): Promise<void> {
  let bytes = Buffer.alloc(0);
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 9 && bytes.length >= 9 + bytes.readUIntBE(0, 3)) {
        if (bytes[3] === GOAWAY) resolve();
        bytes = bytes.subarray(9 + bytes.readUIntBE(0, 3));
      }
    });
  });
}
