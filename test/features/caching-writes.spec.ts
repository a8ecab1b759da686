import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

const MERGE_PATCH = { 'content-type': 'application/merge-patch+json' };

describe.each(['on', 'off'])('a change of profile, with the cache %s,', (CACHE) => {
  let shop: Shop;
  let ada: Client;
  let etag: string;

  beforeAll(async () => {
    shop = await Shop.open({ CACHE });
    ada = await Client.of(shop, 'ada');
  });
  afterAll(() => shop.close());
  beforeEach(async () => void (etag = (await ada.get('/v1/me')).headers['etag']!));

  const change = (name: string, headers: Record<string, string>) =>
    ada.patch('/v1/me', { name }, { ...MERGE_PATCH, ...headers });
  const nameNow = async () => (await ada.get('/v1/me')).body.name as string;

  it('is made for the profile that the client has, for any of a list, or for whatever there is', async () => {
    for (const [i, match] of [etag, undefined, '*'].entries()) {
      const current = (await ada.get('/v1/me')).headers['etag']!;
      const answer = await change(`Ada ${i}`, { 'if-match': match ?? `"x,y", W/"z", ${current}` });
      expect([answer.status, answer.body.name]).toEqual([200, `Ada ${i}`]);
      expect(await nameNow()).toBe(`Ada ${i}`);
    }
  });

  it('answers the new entity tag, which is that of the profile as it can be had', async () => {
    const changed = await change('Countess', { 'if-match': etag });
    expect(changed.headers['etag']).not.toBe(etag);
    expect(changed.headers).toMatchObject({ 'content-location': '/v1/me', 'cache-control': 'no-store' });
    const known = { 'if-none-match': changed.headers['etag']! };
    expect((await ada.get('/v1/me', known)).status).toBe(304);
    expect((await change('Ada', { 'if-match': changed.headers['etag']! })).status).toBe(200);
    const trimmed = await ada.patch('/me?fields=name', { name: 'Ada' }, MERGE_PATCH);
    expect([trimmed.body, trimmed.headers['content-location']]).toEqual([{ name: 'Ada' }, '/v1/me?fields=name']);
    const got = await ada.get('/v1/me?fields=name');
    expect(got.headers['etag']).toBe(trimmed.headers['etag']);
    expect((await change('Ada', { 'if-match': got.headers['etag']! })).status).toBe(200);
  });

  it('is refused for another profile than it is, and changes nothing', async () => {
    const before = await nameNow();
    await change(before, {});
    const current = (await ada.get('/v1/me')).headers['etag']!;
    for (const match of ['"nosuch"', etag, `W/${current}`, '"v999.x"', '"v99999999999999999999.x"', '"*"']) {
      const answer = await change('Mallory', { 'if-match': match });
      expect([match, answer.status, answer.body.code]).toEqual([match, 412, 'PRECONDITION_FAILED']);
      expect(answer.headers).not.toHaveProperty('etag');
    }
    for (const match of ['*', current, `W/${current}`]) {
      expect((await change('Mallory', { 'if-none-match': match })).status).toBe(412);
    }
    expect((await change(before, { 'if-none-match': '"nosuch"' })).status).toBe(200);
    expect(await nameNow()).toBe(before);
  });

  it('is made once where two are for the same profile', async () => {
    const answers = await Promise.all(['one', 'two'].map((name) => change(name, { 'if-match': etag })));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 412]);
    expect(await nameNow()).toBe(answers.find(({ status }) => status === 200)!.body.name);
  });

  it.each(['If-Match', 'If-None-Match'])('is refused where %s is no entity tag, naming it', async (field) => {
    const answer = await change('Mallory', { [field]: 'nosuch' });
    expect([answer.status, answer.body.errors]).toEqual([400, [expect.objectContaining({ field })]]);
  });

  it('is refused for what is wrong with it before its precondition is looked at', async () => {
    expect((await change('', { 'if-match': '"nosuch"' })).status).toBe(422);
    const anybody = Client.anonymous(shop);
    expect((await anybody.patch('/v1/me', { name: 'x' }, { 'if-match': '"nosuch"' })).status).toBe(401);
  });

  it('has no precondition in GraphQL', async () => {
    const document = 'mutation { updateProfile(input: { name: "Ada" }) { user { name } } }';
    const { body } = await ada.post('/graphql', { query: document }, { 'if-match': '"nosuch"' });
    expect(body.data.updateProfile.user.name).toBe('Ada');
  });
});
