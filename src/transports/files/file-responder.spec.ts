import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { GatewayError } from '#libs/errors';
import { type ObjectStorage, openObjectStorage, type StoredObject } from '#libs/object-storage';
import { Context } from '#libs/upstream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { FileResponder } from './file-responder.ts';

const content = randomBytes(300_000);

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-sent-'));
  const server: FastifyInstance = fastify();
  let storage: ObjectStorage;

  beforeAll(async () => {
    storage = await openObjectStorage({ kind: 'file', folder });
    await storage.put('a', [content], { type: 'image/png' });
    await storage.put('empty', [], { type: 'text/plain' });
    const files = new FileResponder(storage);
    server.get('/:key', (request, reply) =>
      files.sendKey(request, reply, (request.params as { key: string }).key, { name: 'Bild ä.png' }),
    );
    server.get('/picture', (request, reply) => files.sendKey(request, reply, 'a', { isInline: true }));
    const broken = new FileResponder(failing(storage));
    server.get('/broken', (request, reply) => broken.sendKey(request, reply, 'a'));
    server.addHook('onRequest', (request, _reply, done) => {
      request.context = new Context({ log: { requestId: 'r-1' }, timeoutMs: 10_000 });
      done();
    });
    server.setErrorHandler<GatewayError>((error, _, reply) =>
      reply.code(error.status).headers(error.headers).send({ code: error.code }),
    );
    await server.listen({ port: 0 });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const get = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const { port } = server.server.address() as AddressInfo;
    const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      send({ port, path, headers, method, agent: false }, resolve).on('error', reject).end();
    });
    return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
  };

  it('is sent whole, to be saved by its name', async () => {
    const { status, headers, body } = await get('/a');
    expect(status).toBe(200);
    expect(body.equals(content)).toBe(true);
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': '300000',
      'content-disposition': `attachment; filename="Bild ?.png"; filename*=UTF-8''Bild%20%C3%A4.png`,
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      etag: (await storage.stat('a'))!.etag,
    });
    expect(Date.parse(headers['last-modified']!)).toBeLessThanOrEqual(Date.now());
  });

  it('has the same headers for HEAD, without content and without a range', async () => {
    const whole = await get('/a');
    const head = await get('/a', { range: 'bytes=0-9' }, 'HEAD');
    expect(head.status).toBe(200);
    expect(head.body).toHaveLength(0);
    expect({ ...head.headers, date: '' }).toEqual({ ...whole.headers, date: '' });
  });

  it('is put together from ranges', async () => {
    const parts: Buffer[] = [];
    for (let start = 0; start < content.length; start += 90_001) {
      const { status, headers, body } = await get('/a', { range: `bytes=${start}-${start + 90_000}` });
      const end = Math.min(start + 90_000, content.length - 1);
      expect(status).toBe(206);
      expect(headers).toMatchObject({
        'content-range': `bytes ${start}-${end}/300000`,
        'content-length': `${end - start + 1}`,
      });
      parts.push(body);
    }
    expect(Buffer.concat(parts).equals(content)).toBe(true);
    expect((await get('/a', { range: 'bytes=-10' })).body.equals(content.subarray(-10))).toBe(true);
  });

  it('has no range beyond its end: 416 with its size', async () => {
    const { status, headers } = await get('/a', { range: 'bytes=300000-' });
    expect([status, headers['content-range']]).toEqual([416, 'bytes */300000']);
  });

  it('is sent whole if it has changed since the client received the beginning', async () => {
    const { etag } = (await storage.stat('a'))!;
    expect((await get('/a', { range: 'bytes=5-', 'if-range': etag })).status).toBe(206);
    expect((await get('/a', { range: 'bytes=5-', 'if-range': '"before"' })).status).toBe(200);
  });

  it('is not sent to a client that has it', async () => {
    const { etag } = (await storage.stat('a'))!;
    for (const method of ['GET', 'HEAD']) {
      const { status, headers, body } = await get('/a', { 'if-none-match': etag }, method);
      expect([status, body.length, headers.etag, headers['content-length']]).toEqual([304, 0, etag, undefined]);
    }
    expect((await get('/a', { 'if-match': '"before"' })).status).toBe(412);
  });

  it('may be a picture, which pages of other sites may show, after a revalidation too', async () => {
    const policies = async (path: string) => {
      const { headers } = await get(path);
      const others: Record<string, string>[] = [{ range: 'bytes=0-9' }, { 'if-none-match': headers.etag! }];
      const all = [headers, ...(await Promise.all(others.map(async (one) => (await get(path, one)).headers)))];
      return all.map((one) => one['cross-origin-resource-policy']);
    };
    expect(await policies('/picture')).toEqual(['cross-origin', 'cross-origin', 'cross-origin']);
    expect(await policies('/a')).toEqual([undefined, undefined, undefined]);
  });

  it('is answered with 200 and no bytes where it is empty, and with 416 for any range', async () => {
    const { status, headers, body } = await get('/empty');
    expect([status, headers['content-length'], body.length]).toEqual([200, '0', 0]);
    expect((await get('/empty', { range: 'bytes=0-' })).status).toBe(416);
  });

  it('is cut off if the storage fails midway, and never looks complete', async () => {
    await expect(get('/broken')).rejects.toThrow();
  });

  it('that does not exist is 404', async () => {
    expect((await get('/none')).status).toBe(404);
  });
});

/** A storage whose reads fail after the first bytes. */
function failing(storage: ObjectStorage): ObjectStorage {
  const read = async (_: StoredObject) =>
    Readable.from(
      (async function* () {
        yield content.subarray(0, 200_000);
        await new Promise(setImmediate);
        throw new Error('the disk is broken');
      })(),
    );
  return Object.assign(Object.create(storage) as ObjectStorage, { read });
}
