import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

/** Methods that change the resource of their URL; POST adds another or does something else. */
const WRITES = ['put', 'patch', 'delete'] as const;
const EARLIER = 'Sun, 06 Nov 1994 08:49:37 GMT';

type Method = (typeof WRITES)[number];
type Operations = Record<string, { parameters?: { name?: string; in?: string }[] }>;

const folder = mkdtempSync(join(tmpdir(), 'atrium-conditions-'));
let shop: Shop;
let ada: Client;
let paths: Record<string, Operations>;

beforeAll(async () => {
  shop = await Shop.open({ STORAGE_URL: `file:${folder}` });
  ada = await Client.of(shop, 'ada');
  ({ paths } = (await api().get('/openapi.json')).body as { paths: Record<string, Operations> });
});
afterAll(async () => {
  await shop.close();
  rmSync(folder, { recursive: true });
});

const api = () => request(shop.gateway.url);
const token = () => ({ authorization: `Bearer ${ada.token}` });
const placed = async () => {
  const order = await ada.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] });
  return order.headers['location'] as string;
};

/** A resource of the caller for each path with a parameter whose GET is tried. @returns its URL */
const RESOURCES: Record<string, () => Promise<string>> = {
  '/v1/orders/{orderId}/attachments/{id}': async () => {
    const sent = await api().post('/v1/uploads').set(token()).type('text/plain').send('text');
    const { id } = sent.body as { id: string };
    const attachments = `${await placed()}/attachments`;
    await ada.post(attachments, { uploadId: id });
    return `${attachments}/${id}`;
  },
  // One that waits, and so does not change: the digest that is planned when an order is placed.
  '/v1/jobs/{id}': async () => {
    await placed();
    for (;;) {
      const { items } = (await ada.get('/v1/jobs')).body as { items: { id: string; state: string }[] };
      const waiting = items.find(({ state }) => state === 'WAITING');
      if (waiting) return `/v1/jobs/${waiting.id}`;
    }
  },
  // A tus upload is found by HEAD alone, and an upload has no validators.
  '/v1/uploads/{id}': async () => {
    const begun = await api()
      .post('/v1/uploads')
      .set({ ...token(), 'upload-complete': '?0' })
      .type('application/octet-stream')
      .send('text');
    return String(begun.headers['location'] ?? `/v1/uploads/${(begun.body as { id: string }).id}`);
  },
};

/** Each write to a URL that can be read, found in the document of the running gateway. */
const conditional = () =>
  Object.entries(paths).flatMap(([path, operations]) =>
    operations['get'] ? WRITES.filter((method) => operations[method]).map((method) => ({ path, method })) : [],
  );

const write = (method: Method, url: string, headers: Record<string, string>) => {
  const pending = api()
    [method](url)
    .set({ ...token(), ...headers });
  return method === 'patch' ? pending.type('application/merge-patch+json').send('{"name":"Ada"}') : pending;
};

describe('a write to a resource whose GET has validators', () => {
  it('is made only if the conditions hold, at every route', async () => {
    const found: unknown[] = [];
    for (const { path, method } of conditional()) {
      const url = path.includes('{') ? await RESOURCES[path]?.() : path;
      expect([path, url]).toEqual([path, expect.any(String)]);
      const before = await api().get(url!).set(token());
      const { etag, 'last-modified': modified } = before.headers as Record<string, string | undefined>;
      const failing = {
        ...(etag && { 'if-match': '"nosuch"', 'if-none-match': etag }),
        ...(modified && { 'if-unmodified-since': EARLIER }),
      };
      for (const [field, value] of Object.entries(failing)) {
        const { status, body } = await write(method, url!, { [field]: value });
        expect([method, path, field, status, body]).toMatchObject([
          method,
          path,
          field,
          412,
          { code: 'PRECONDITION_FAILED' },
        ]);
        found.push(`${method} ${path} ${field}`);
      }
      expect((await api().get(url!).set(token())).text).toBe(before.text);
    }
    expect(found).toEqual(expect.arrayContaining(['patch /v1/me if-match', 'delete /v1/jobs/{id} if-none-match']));
    expect(found).toContain('delete /v1/orders/{orderId}/attachments/{id} if-unmodified-since');
  });

  it('is made if they hold: a file by its tag or its time, and by its tag alone where both are named', async () => {
    for (const by of ['tag', 'time', 'tag in spite of the time', 'no date']) {
      const url = await RESOURCES['/v1/orders/{orderId}/attachments/{id}']!();
      const { etag, 'last-modified': modified } = (await api().get(url).set(token())).headers as Record<
        string,
        string
      >;
      expect([by, (await write('delete', url, { 'if-match': `W/${etag}` })).status]).toEqual([by, 412]);
      const headers: Record<string, Record<string, string>> = {
        tag: { 'if-match': etag! },
        time: { 'if-unmodified-since': modified! },
        'tag in spite of the time': { 'if-match': etag!, 'if-unmodified-since': EARLIER },
        'no date': { 'if-unmodified-since': 'yesterday' },
      };
      expect([by, (await write('delete', url, headers[by]!)).status]).toEqual([by, 204]);
      expect((await api().get(url).set(token())).status).toBe(404);
    }
  });
});
