import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import request from 'supertest';
import { Access } from '#test/support/access';
import { ChatClient } from '#test/support/chat-client';
import { Client } from '#test/support/client';
import { Follower } from '#test/support/follower';
import { Shop } from '#test/support/shop';

describe('an account that is deleted', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-deleted-'));
  const access = new Access();
  let shop: Shop;
  let grace: Client;
  let image: string;

  beforeAll(async () => {
    shop = await Shop.open({ STORAGE_URL: `file:${folder}`, JWT_PRIVATE_KEY: access.privateKey });
    grace = await Client.of(shop, 'grace');
    const red = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } });
    image = `data:image/png;base64,${(await red.png().toBuffer()).toString('base64')}`;
  });
  afterAll(async () => {
    await shop.close();
    rmSync(folder, { recursive: true });
  });

  const by = (client: Client) => ({ authorization: `Bearer ${client.token}` });
  const newcomer = async (email: string) => {
    const client = await Client.newCustomer(shop, email);
    const avatar = await request(shop.gateway.url).put('/v1/me/avatar').set(by(client)).send({ image });
    const placed = await client.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] });
    const job = await client.post('/v1/orders/exports', { format: 'CSV' });
    expect([avatar.status, placed.status, job.status]).toEqual([200, 201, 202]);
    await request(shop.gateway.url).post('/v1/uploads').set(by(client)).type('text/plain').send('text');
    return { client, picture: (avatar.body as { small: string }).small, job: job.headers['location']! };
  };
  const own = (client: Client) =>
    Promise.all(
      ['/v1/me', '/v1/orders', '/v1/auth/sessions'].map(async (path) => (await client.get(path)).status),
    );

  it('ends at REST, with its files, jobs, sessions and streams', async () => {
    const { client, picture, job } = await newcomer('rest@example.com');
    const events = await Follower.open(`${shop.gateway.url}/v1/events`, client.token);
    expect((await request(shop.gateway.url).delete('/v1/me').set(by(client))).status).toBe(204);
    await events.closed;
    expect(events.events.at(-1)).toMatchObject({ event: 'end', data: { reason: 'account' } });
    expect(await own(client)).toEqual([401, 401, 401]);
    expect((await client.get(job)).status).toBe(401);
    expect((await request(shop.gateway.url).get(picture)).status).toBe(404);
    const login = { email: 'rest@example.com', password: 'correct horse battery' };
    expect((await Client.anonymous(shop).post('/v1/auth/login', login)).status).toBe(401);
    const [line] = shop.logs.gateway.with({ audit: 'account.deleted' });
    expect(line).toMatchObject({ userId: expect.any(String), count: expect.any(Number) });
    const { userId } = line as { userId: string };
    const theirs = createHash('sha256').update(userId).digest('hex').slice(0, 40);
    expect(readdirSync(folder, { recursive: true }).filter((path) => String(path).includes(theirs))).toEqual([]);
  });

  it('stays whole unless it is the one that the client has', async () => {
    const { client, picture } = await newcomer('conditional@example.com');
    const remove = (headers: Record<string, string>) =>
      request(shop.gateway.url).delete('/v1/me').set(by(client)).set(headers);
    const before = (await client.get('/v1/me')).headers['etag']!;
    const patch = { 'content-type': 'application/merge-patch+json' };
    expect((await client.patch('/v1/me', { name: 'Countess' }, patch)).status).toBe(200);
    const current = (await client.get('/v1/me')).headers['etag']!;
    const conditions = [
      ...['"nosuch"', before, `W/${current}`].map((tags) => ({ 'If-Match': tags })),
      ...['*', current].map((tags) => ({ 'If-None-Match': tags })),
    ] as Record<string, string>[];
    for (const headers of conditions) {
      const { status, body } = await remove(headers);
      expect([headers, status, (body as { code: string }).code]).toEqual([headers, 412, 'PRECONDITION_FAILED']);
    }
    expect((await remove({ 'If-Match': 'nosuch' })).status).toBe(400);
    expect(await own(client)).toEqual([200, 200, 200]);
    expect((await request(shop.gateway.url).get(picture)).status).toBe(200);
    expect((await remove({ 'If-Match': current })).status).toBe(204);
    expect(await own(client)).toEqual([401, 401, 401]);
  });

  it('ends at GraphQL, and its orders stay without it', async () => {
    const { client, picture } = await newcomer('graphql@example.com');
    const { body: before } = await client.get('/v1/orders');
    const { body } = await client.graphql('mutation { deleteAccount { ok } }');
    expect(body).toEqual({ data: { deleteAccount: { ok: true } } });
    expect(await own(client)).toEqual([401, 401, 401]);
    expect((await request(shop.gateway.url).get(picture)).status).toBe(404);
    const { id } = (before as { items: { id: string }[] }).items[0]!;
    const { text } = await grace.get('/v1/orders/export', { accept: 'application/x-ndjson' });
    const row = text.split('\n').find((line) => line.includes(id))!;
    expect(JSON.parse(row)).toMatchObject({ id, userId: expect.stringMatching(/^deleted-/) });
  });

  it('ends with its chats with support', async () => {
    const { client } = await newcomer('chat@example.com');
    const { body } = await client.get('/v1/orders');
    const orderId = (body as { items: { id: string }[] }).items[0]!.id;
    const support = await ChatClient.in(shop.gateway.url, grace.token!);
    const customer = await ChatClient.in(shop.gateway.url, client.token!);
    for (const [from, text] of [
      [customer, 'Where is it?'],
      [support, 'Dear customer: on its way.'],
    ] as const)
      expect(await from.send('message', { orderId, clientId: `m-${text.length}`, text })).toMatchObject({
        data: { text },
      });
    expect((await support.send('history', { orderId })).data.messages).toHaveLength(2);
    expect((await request(shop.gateway.url).delete('/v1/me').set(by(client))).status).toBe(204);
    expect((await support.send('history', { orderId })).data.messages).toEqual([]);
    for (const each of [customer, support]) each.close();
  });

  it('needs a recent login', async () => {
    const refused = await request(shop.gateway.url).delete('/v1/me').set(access.stale('u9'));
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([401, 'STEP_UP_REQUIRED']);
    const answer = await request(shop.gateway.url)
      .post('/graphql')
      .set(access.stale('u9'))
      .send({ query: 'mutation { deleteAccount { ok } }' });
    expect(answer.text).toContain('STEP_UP_REQUIRED');
  });
});
