import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Server } from './http2-session.ts';

/** Where nobody listens there is nothing to find out. */
const NOBODY = new Set<unknown>(['ECONNREFUSED', 'ENOENT', 'EACCES', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);
const LOOK_MS = 300;
/** The client's preface and an empty SETTINGS frame (RFC 9113, 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');
const SETTINGS_FRAME = 4;
const FRAME_TYPE_AT = 3;

/**
 * Finds out whether a connection could not be made because one side speaks TLS and the other does not, or because the server
 * speaks HTTP/1.1 alone: the mistakes of an address, which errors of sockets do not name.
 * @returns a hint for the log, if there is one
 */
export async function diagnose(server: Server, reason: Error): Promise<string | undefined> {
  if (NOBODY.has((reason as NodeJS.ErrnoException).code) || reason.name === 'NotAnswering') return undefined;
  const { host, port } = server.address;
  const place = port === undefined ? { path: host } : { host, port };
  const first = await bytesOf(connectTcp(place), PREFACE);
  if (first?.subarray(0, 5).toString('latin1') === 'HTTP/') return 'the server speaks HTTP/1.1, not HTTP/2';
  const isPlain = first?.[FRAME_TYPE_AT] === SETTINGS_FRAME;
  if (server.tls) return isPlain ? 'the server speaks plain text, not TLS' : undefined;
  if (isPlain) return undefined;
  return (await speaksTls(place)) ? 'the server speaks TLS: write grpcs:// before its address' : undefined;
}

/** The first bytes that the server says; undefined where it says none. */
async function bytesOf(socket: Socket, written: Buffer): Promise<Buffer | undefined> {
  socket.write(written);
  return first<Buffer>(socket, 'data');
}

async function speaksTls(place: { path: string } | { host: string; port: number }): Promise<boolean> {
  // Nothing is sent, and no answer believed: whether there is a handshake is all that is looked at.
  const socket = connectTls({ ...place, rejectUnauthorized: false, ALPNProtocols: ['h2', 'http/1.1'] });
  return (await first(socket, 'secureConnect', true)) ?? false;
}

/** What an event brings, if it comes soon. */
function first<T>(socket: Socket, event: string, value?: T): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(), LOOK_MS);
    socket.once(event, (given: T) => {
      resolve(value ?? given);
      socket.destroy();
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}
