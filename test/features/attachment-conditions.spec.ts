import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import request from 'supertest';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

const folder = mkdtempSync(join(tmpdir(), 'atrium-conditions-'));
let shop: Shop;
let ada: Client;
let path: string;

beforeAll(async () => {
  shop = await Shop.open({ STORAGE_URL: `file:${folder}` });
  ada = await Client.of(shop, 'ada');
  const order = await ada.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] });
  const sent = await api().post('/v1/uploads').set(token()).type('text/plain').send('text');
  const uploadId = (sent.body as { id: string }).id;
  const attachments = `${order.headers['location']}/attachments`;
  await ada.post(attachments, { uploadId });
  path = `${attachments}/${uploadId}`;
});
afterAll(async () => {
  await shop.close();
  rmSync(folder, { recursive: true });
});

const api = () => request(shop.gateway.url);
const token = () => ({ authorization: `Bearer ${ada.token}` });

it('an attachment is deleted only if it is the one that the client has', async () => {
  const remove = (field: string, tags: string) => api().delete(path).set(token()).set(field, tags);
  const { etag } = (await api().get(path).set(token())).headers as { etag: string };
  for (const [field, tags] of [
    ['If-Match', '"nosuch"'],
    ['If-Match', `W/${etag}`],
    ['If-None-Match', etag],
  ] as const)
    expect([field, tags, (await remove(field, tags)).status]).toEqual([field, tags, 412]);
  expect((await api().get(path).set(token())).status).toBe(200);
  expect((await remove('If-Match', etag)).status).toBe(204);
  expect((await api().get(path).set(token())).status).toBe(404);
});
