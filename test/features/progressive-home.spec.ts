import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Follower } from '#test/support/follower';
import { HangingShop } from '#test/support/hanging-shop';
import { Shop } from '#test/support/shop';

let shop: Shop;
let ada: Client;

beforeAll(async () => {
  shop = await Shop.open();
  ada = await Client.of(shop, 'ada');
});
afterAll(() => shop?.close());

async function reported(path = '/v1/home') {
  const stream = await Follower.open(shop.gateway.url + path, ada.token);
  await stream.closed;
  const names = stream.all('part').map(({ data }) => Object.keys(data).join());
  return { stream, names, whole: Object.assign({}, ...stream.events.map(({ data }) => data)) as object };
}

describe('the home page, part by part', () => {
  it('adds up to exactly the JSON answer', async () => {
    const { stream, names, whole } = await reported();
    const { text } = await ada.get('/v1/home');
    expect(names.toSorted()).toEqual(['recentOrders', 'recommendations', 'user']);
    expect(stream.events.at(-1)).toMatchObject({ event: 'complete', data: { degraded: [] } });
    expect(whole).toEqual(JSON.parse(text));
  });

  it('adds up to it in lines, too, which other routes do not offer', async () => {
    const { text, headers } = await ada.get('/v1/home', { accept: 'application/x-ndjson' });
    expect(headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    const lines = text.trimEnd().split('\n');
    expect(lines.at(-1)).toBe('{"complete":{"degraded":[]}}');
    const parts = lines.map((line) => Object.values(JSON.parse(line) as object)[0] as object);
    expect(Object.assign({}, ...parts)).toEqual((await ada.get('/v1/home')).body);
    expect((await ada.get('/v1/me', { accept: 'application/x-ndjson' })).status).toBe(406);
  });

  it('has the parts that are wanted, and no others', async () => {
    const { names, whole } = await reported('/v1/home?fields=user.name,degraded');
    expect([names, whole]).toEqual([['user'], { user: { name: 'Ada Lovelace' }, degraded: [] }]);
  });

  it('says at the end what could not be had', async () => {
    await shop.stop('orders');
    const { stream, whole } = await reported();
    const { body } = await ada.get('/v1/home');
    expect(whole).toEqual(body);
    expect(stream.all('complete')[0]!.data).toEqual({
      degraded: [{ part: 'recentOrders', reason: 'UNAVAILABLE' }],
    });
    await shop.start('orders');
    await ada.everythingIsBack();
  });

  it('is refused with a status where nothing can be had, and to who may not see it', async () => {
    await shop.stop('orders');
    const refused = await ada.get('/v1/home?fields=recentOrders', { accept: 'text/event-stream' });
    expect([refused.status, refused.headers['content-type']]).toEqual([
      502,
      'application/problem+json; charset=utf-8',
    ]);
    await shop.start('orders');
    await ada.everythingIsBack();
    const anybody = await Client.anonymous(shop).get('/v1/home', { accept: 'text/event-stream' });
    expect(anybody.status).toBe(401);
  });
});

describe('a part of the home page', () => {
  let slow: HangingShop;
  beforeAll(async () => void (slow = await HangingShop.open()));
  afterEach(() => slow?.releaseAll());
  afterAll(() => slow?.close());

  it.each(
    ['text/event-stream', 'application/x-ndjson'].flatMap((accept) =>
      ['identity', 'gzip', 'br', 'zstd'].map((coding) => [accept, coding]),
    ),
  )('comes before a slow one, in %s and %s', async (accept, coding) => {
    slow.keep('ListRecentOrders');
    const headers = { ...slow.access.of('u1'), accept: accept!, 'accept-encoding': coding! };
    const response = await fetch(`${slow.gateway.url}/v1/home`, { headers });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (words: string) => {
      while (!text.includes(words)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`the answer ended without ${words}: ${text}`);
        text += value;
      }
    };
    await until('"recommendations"');
    await until('"user"');
    expect(text).not.toContain('"recentOrders"');
    slow.release('ListRecentOrders');
    await until('"recentOrders"');
    await until('"degraded":[]');
  });
});
