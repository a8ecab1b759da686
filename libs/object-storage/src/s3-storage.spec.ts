import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as passed } from 'node:timers/promises';
import type { GatewayError } from '#libs/errors';
import { s3ForTests } from '#libs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { S3Storage } from './s3-storage.ts';
import { type BucketLocation, parseStorageUrl } from './storage-url.ts';

const RESPONSE_MS = 100;
const KEYS = { accessKeyId: 'a', secretAccessKey: 'b' };
const locationOf = (url: string) => parseStorageUrl(url) as BucketLocation;
const ETAG = '"0"';
const HEAD = `HTTP/1.1 200 OK\r\ncontent-length: 1000\r\netag: ${ETAG}\r\nlast-modified: Mon, 30 Nov 2026 10:00:00 GMT\r\n\r\n`;
const object = { key: 'k', size: 1_000, etag: ETAG, type: 'text/plain', metadata: {}, modifiedAt: new Date() };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A storage of bare TCP that says to each request what it is given. */
async function aStorage(send: (socket: Socket) => unknown): Promise<S3Storage> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.on('data', () => void send(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const storage = new S3Storage(locationOf(`s3://bucket?endpoint=http://127.0.0.1:${port}`), KEYS, RESPONSE_MS);
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  cleanups.push(() => storage.close());
  return storage;
}

const CODE = { code: 'UPSTREAM_UNAVAILABLE' };

describe('a bucket whose storage hangs', () => {
  it('is not waited for: each question fails', async () => {
    const storage = await aStorage(() => {});
    const listed = async () => {
      for await (const _ of storage.list('a/')) break;
    };
    await Promise.all(
      [storage.stat('k'), storage.read(object), storage.delete('k'), listed()].map((answer) =>
        expect(answer).rejects.toMatchObject(CODE),
      ),
    );
  });

  it('fails a file that stalls midway, after what has come', async () => {
    const storage = await aStorage((socket) => socket.write(`${HEAD}${'x'.repeat(500)}`));
    let came = 0;
    const reading = async () => {
      for await (const chunk of (await storage.read(object))!) came += (chunk as Buffer).length;
    };
    await expect(reading()).rejects.toMatchObject(CODE);
    expect(came).toBe(500);
  });

  it('fails one that nobody reads yet for its later reader', async () => {
    const file = (await (await aStorage((socket) => socket.write(HEAD))).read(object))!;
    await passed(RESPONSE_MS * 3);
    await expect(file.toArray()).rejects.toMatchObject(CODE);
  });

  it('has its time again with each piece of a file, and does not answer for slow readers', async () => {
    const storage = await aStorage(async (socket) => {
      socket.write(HEAD);
      for (let n = 0; n < 10; n += 1) {
        await passed(RESPONSE_MS / 2);
        socket.write('x'.repeat(100));
      }
    });
    let came = 0;
    for await (const chunk of (await storage.read(object))!) {
      came += (chunk as Buffer).length;
      // The last piece, too, may take its reader longer.
      if (came === 1_000) await passed(RESPONSE_MS * 3);
    }
    expect(came).toBe(1_000);

    const file = (await storage.read(object))!;
    let failure: GatewayError | undefined;
    file.once('error', (error: GatewayError) => (failure = error));
    // Nobody reads.
    await passed(RESPONSE_MS * 8);
    expect(failure).toBeUndefined();
    expect((await file.toArray()).join('')).toHaveLength(1_000);
  });
});

describe('a bucket with many slow readers', () => {
  it('answers others', async () => {
    const s3 = await s3ForTests();
    cleanups.push(() => s3.stop());
    const storage = new S3Storage(locationOf(s3.url), s3);
    cleanups.push(() => storage.close());
    await storage.put('a', [Buffer.alloc(1_000_000)], { type: 'text/plain' });
    const found = (await storage.stat('a'))!;
    const readers = await Promise.all(Array.from({ length: 60 }, () => storage.read(found)));
    expect((await storage.stat('a'))!.size).toBe(1_000_000);
    for (const reader of readers) reader!.destroy();
  });
});
