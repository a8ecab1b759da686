import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import request from 'supertest';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

describe('files that people keep', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-kept-'));
  let shop: Shop;
  let ada: Client;
  let grace: Client;
  let order: string;
  let photo: Buffer;

  beforeAll(async () => {
    shop = await Shop.open({ STORAGE_URL: `file:${folder}` });
    ada = await Client.of(shop, 'ada');
    grace = await Client.of(shop, 'grace');
    order = ((await ada.get('/v1/orders')).body as { items: { id: string }[] }).items[0]!.id;
    const noise = { width: 640, height: 480, channels: 3, background: '#345' } as const;
    photo = await sharp({ create: noise })
      .withExif({ IFD0: { Copyright: 'a secret place' } })
      .jpeg()
      .toBuffer();
  });
  afterAll(async () => {
    await shop.close();
    rmSync(folder, { recursive: true });
  });

  /** Uploads a file. @returns the id of the upload */
  const upload = async (client: Client, bytes: Buffer, type: string, name = 'file') => {
    const answer = await request(shop.gateway.url)
      .post('/v1/uploads')
      .set({ authorization: `Bearer ${client.token}`, 'content-type': type })
      .set('content-disposition', `inline; filename*=UTF-8''${encodeURIComponent(name)}`)
      .send(bytes);
    expect(answer.status).toBe(201);
    return (answer.body as { id: string }).id;
  };
  const put = (client: Client, path: string, body: object) =>
    request(shop.gateway.url).put(path).set('authorization', `Bearer ${client.token}`).send(body);
  const remove = (client: Client, path: string) =>
    request(shop.gateway.url).delete(path).set('authorization', `Bearer ${client.token}`);
  const download = (path: string, headers: Record<string, string> = {}) =>
    request(shop.gateway.url).get(path).set(headers).buffer(true).responseType('blob');

  it('an avatar is encoded anew, in three sizes, whose paths nobody can guess', async () => {
    const uploadId = await upload(ada, photo, 'image/jpeg');
    const { status, body } = await put(ada, '/v1/me/avatar', { uploadId });
    expect(status).toBe(200);
    // The answer may have been lost.
    expect((await put(ada, '/v1/me/avatar', { uploadId })).body).toEqual(body);
    for (const [size, side] of [
      ['small', 96],
      ['medium', 320],
      ['large', 640],
    ] as const) {
      // What an element `img` accepts, in Safari too, does not always end with any type.
      const picture = await download((body as Record<string, string>)[size]!, {
        accept: 'image/png, image/*;q=0.8',
      });
      expect(picture.headers).toMatchObject({
        'content-type': 'image/webp',
        'content-disposition': 'inline',
        'x-content-type-options': 'nosniff',
        'cache-control': 'public, max-age=86400',
      });
      const { width, exif } = await sharp(picture.body as Buffer).metadata();
      expect([width, exif]).toEqual([side, undefined]);
    }
    const { small, medium } = body as { small: string; medium: string };
    const pictureOf = async () => ((await ada.get('/v1/me')).body as { avatarUrl: string | null }).avatarUrl;
    expect(await pictureOf()).toBe(`${shop.gateway.url}${medium}`);
    expect((await download(small.replace(/.-small$/, '~-small'))).status).toBe(404);
    // The next one replaces it.
    const image = `data:image/png;base64,${(
      await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
        .png()
        .toBuffer()
    ).toString('base64')}`;
    const next = await put(ada, '/v1/me/avatar', { image });
    expect([next.status, (await download(small)).status]).toEqual([200, 404]);
    expect((await download((next.body as { small: string }).small)).status).toBe(200);
    expect((await remove(ada, '/v1/me/avatar')).status).toBe(204);
    expect(await pictureOf()).toBeNull();
    const elsewhere = 'https://images.example.com/ada.png';
    await ada.patch('/v1/me', { avatarUrl: elsewhere });
    expect((await remove(ada, '/v1/me/avatar')).status).toBe(204);
    expect(await pictureOf()).toBe(elsewhere);
    for (const audit of ['avatar.changed', 'avatar.deleted'])
      expect(shop.logs.gateway.with({ audit })[0]).toMatchObject({ userId: 'u1', requestId: expect.any(String) });
    expect((await download((next.body as { small: string }).small)).status).toBe(404);
  });

  it('of avatars that are set at once, the last one remains', async () => {
    const images = await Promise.all(
      ['red', 'green', 'blue', 'white'].map(async (background) => {
        const one = sharp({ create: { width: 8, height: 8, channels: 3, background } });
        return `data:image/png;base64,${(await one.png().toBuffer()).toString('base64')}`;
      }),
    );
    const set = await Promise.all(images.map((image) => put(ada, '/v1/me/avatar', { image })));
    expect(set.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const large = await Promise.all(set.map(({ body }) => download((body as { large: string }).large)));
    expect(large.map(({ status }) => status).toSorted()).toEqual([200, 404, 404, 404]);
  });

  it.each([
    ['nothing', {}, 400],
    ['two pictures', { uploadId: 'x', image: 'data:image/png;base64,AAAA' }, 400],
    ['a data URL of another type', { image: 'data:text/html;base64,PGE+' }, 422],
    ['a picture that is none', { image: 'data:image/png;base64,PGE+' }, 415],
    ['an upload that is not there', { uploadId: '../../x' }, 404],
  ])('an avatar is not made of %s', async (_, body, status) => {
    expect((await put(ada, '/v1/me/avatar', body)).status).toBe(status);
  });

  it('an avatar is a picture, and whole', async () => {
    const text = await upload(ada, Buffer.from('text'), 'text/plain');
    expect((await put(ada, '/v1/me/avatar', { uploadId: text })).status).toBe(415);
    const cut = await upload(ada, photo.subarray(0, 1_000), 'image/jpeg');
    expect((await put(ada, '/v1/me/avatar', { uploadId: cut })).status).toBe(422);
    expect((await put(grace, '/v1/me/avatar', { uploadId: text })).status).toBe(404);
  });

  it('an attachment is downloaded whole or in ranges, by its customer, and by its link', async () => {
    const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(50_000, 'x')]);
    const uploadId = await upload(ada, pdf, 'application/pdf', '../Rechnung für Ada.pdf');
    const path = `/v1/orders/${order}/attachments`;
    const added = await ada.post(path, { uploadId });
    expect(added.status).toBe(201);
    expect((await ada.post(path, { uploadId })).body).toMatchObject({ id: uploadId });
    const { items } = (await ada.get(path)).body as {
      items: { id: string; name: string; url: string; size: number }[];
    };
    expect(items).toMatchObject([{ id: uploadId, type: 'application/pdf', size: pdf.length }]);

    const token = { authorization: `Bearer ${ada.token}` };
    for (const [at, headers] of [
      [`${path}/${uploadId}`, token],
      [items[0]!.url, {}],
    ] as const) {
      const whole = await download(at, headers);
      expect((whole.body as Buffer).equals(pdf)).toBe(true);
      expect(whole.headers['content-disposition']).toBe(
        `attachment; filename="Rechnung f?r Ada.pdf"; filename*=UTF-8''Rechnung%20f%C3%BCr%20Ada.pdf`,
      );
      const range = { ...headers, range: 'bytes=49999-', 'if-range': whole.headers['etag'] as string };
      const rest = await download(at, range);
      expect([rest.status, rest.headers['content-range']]).toEqual([206, 'bytes 49999-50008/50009']);
      expect((rest.body as Buffer).equals(pdf.subarray(49_999))).toBe(true);
    }
    // A browser asks up to six times for one download.
    const hashes = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async () =>
        createHash('sha256')
          .update((await download(items[0]!.url)).body as Buffer)
          .digest('hex'),
      ),
    );
    expect(new Set(hashes).size).toBe(1);
    expect((await grace.get(`${path}/${uploadId}`)).status).toBe(404);
    expect((await remove(ada, `${path}/${uploadId}`)).status).toBe(204);
    expect((await ada.get(`${path}/${uploadId}`)).status).toBe(404);
    expect((await download(items[0]!.url)).status).toBe(404);
    for (const audit of ['attachment.added', 'attachment.deleted'])
      expect(shop.logs.gateway.with({ audit })[0]).toMatchObject({ userId: 'u1', orderId: order });
  });

  it('an order has ten attachments, also if more are added at once', async () => {
    const path = `/v1/orders/${order}/attachments`;
    const ids: string[] = [];
    for (let at = 0; at < 12; at += 1) ids.push(await upload(ada, Buffer.from(`text ${at}`), 'text/plain'));
    const added = await Promise.all(ids.map((uploadId) => ada.post(path, { uploadId })));
    expect(added.map(({ status }) => status).toSorted()).toEqual([...Array<number>(10).fill(201), 409, 409]);
    for (const { status, body } of added)
      if (status === 201) await remove(ada, `${path}/${(body as { id: string }).id}`);
  });

  it('what runs is no attachment', async () => {
    const uploadId = await upload(ada, Buffer.from('<script>1</script>'), 'text/html');
    const { status, body } = await ada.post(`/v1/orders/${order}/attachments`, { uploadId });
    expect([status, (body as { code: string }).code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  it('the picture of a product is encoded by a job, and damaged ones are told in it', async () => {
    const post = (uploadId: string) =>
      request(shop.gateway.url)
        .post('/v1/products/p3/image')
        .set('authorization', `Bearer ${grace.token}`)
        .send({ uploadId });
    const ended = async (uploadId: string) => {
      const { status, body, headers } = await post(uploadId);
      expect([status, headers['location']]).toEqual([202, `/v1/jobs/${(body as { id: string }).id}`]);
      // The stream ends with the job.
      const events = { authorization: `Bearer ${grace.token}`, accept: 'text/event-stream' };
      await (await fetch(`${shop.gateway.url}${headers['location']}/events`, { headers: events })).text();
      return (await grace.get(headers['location']!)).body as Record<string, unknown>;
    };
    const uploadId = await upload(grace, photo, 'image/jpeg');
    const job = await ended(uploadId);
    expect(job).toMatchObject({ kind: 'images.sizes', state: 'COMPLETED', result: { small: expect.any(String) } });
    expect((await post(uploadId)).body).toMatchObject({ id: job['id'], state: 'COMPLETED' });
    expect((await download((job['result'] as { small: string }).small)).status).toBe(200);
    const ofNone = request(shop.gateway.url).post('/v1/products/none/image').send({ uploadId });
    expect((await ofNone.set('authorization', `Bearer ${grace.token}`)).status).toBe(404);
    const damaged = await ended(await upload(grace, photo.subarray(0, photo.length / 2), 'image/jpeg'));
    expect(damaged).toMatchObject({ state: 'FAILED', attempt: 1, failure: { code: 'VALIDATION_FAILED' } });
  });

  it('the picture of a product is set by an admin, and public', async () => {
    const uploadId = await upload(grace, photo, 'image/jpeg');
    expect((await put(grace, '/v1/products/none/image', { uploadId })).status).toBe(404);
    expect((await put(grace, '/v1/products/p1/image', { uploadId })).status).toBe(204);
    // The answer may have been lost.
    expect((await put(grace, '/v1/products/p1/image', { uploadId })).status).toBe(204);
    expect((await put(grace, '/v1/products/p2/image', { uploadId })).status).toBe(404);
    const { status, headers } = await download('/v1/products/p1/image/medium');
    expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=3600']);
    expect(
      (await download('/v1/products/p1/image/medium', { 'if-none-match': headers['etag'] as string })).status,
    ).toBe(304);
    for (const path of [
      '/v1/products/p1/image/huge',
      '/v1/products/p2/image/small',
      '/v1/products/..%2fp1/image/small',
    ])
      expect((await download(path)).status).toBe(404);
  });

  it('are deleted with their person, uploads included', async () => {
    const { body } = await put(ada, '/v1/me/avatar', { uploadId: await upload(ada, photo, 'image/jpeg') });
    const path = `/v1/orders/${order}/attachments`;
    await ada.post(path, { uploadId: await upload(ada, Buffer.from('text'), 'text/plain') });
    const left = await upload(ada, Buffer.from('text'), 'text/plain');
    expect((await remove(ada, '/v1/me/files')).status).toBe(204);
    expect((await download((body as { small: string }).small)).status).toBe(404);
    expect((await ada.get(path)).body).toEqual({ items: [] });
    expect((await ada.get(`/v1/uploads/${left}`)).status).toBe(404);
    expect((await download('/v1/products/p1/image/small')).status).toBe(200);
    expect(shop.logs.gateway.with({ audit: 'files.deleted' })).toMatchObject([{ count: expect.any(Number) }]);
  });
});
