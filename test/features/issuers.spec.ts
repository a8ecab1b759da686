import { afterAll, describe, expect, it } from '@jest/globals';
import { ProviderShop } from '#test/support/provider-shop';
import request from 'supertest';

const opened = await ProviderShop.open();
const { shop, provider } = opened;
afterAll(() => opened.close());

const home = (token: string) =>
  request(shop.gateway.url).get('/v1/home?fields=user.id').set('authorization', `Bearer ${token}`);
const seconds = () => Math.floor(Date.now() / 1000);

describe('a token of an outside issuer', () => {
  it('is taken for whom it says, with the scopes that its words stand for, and no others', async () => {
    expect((await home(provider.accessToken())).body).toEqual({ user: { id: 'u1' } });
    const token = provider.accessToken({ sub: 'u2', roles: ['customer', 'owner', '__proto__'] });
    expect((await home(token)).body).toEqual({ user: { id: 'u2' } });
    const patch = await request(shop.gateway.url)
      .patch('/v1/me')
      .set('authorization', `Bearer ${token}`)
      .send({ name: 'x' });
    expect(patch.status).toBe(403);
  });

  it.each([
    ['for somebody else', () => provider.accessToken({ aud: 'another' })],
    ['of another type', () => provider.accessToken({}, { typ: 'JWT' })],
    ['of no type', () => provider.accessToken({}, { typ: undefined })],
    ['that has expired', () => provider.accessToken({ exp: seconds() - 31 })],
    ['that is not valid yet', () => provider.accessToken({ nbf: seconds() + 60 })],
    ['of an issuer that we do not know', () => provider.accessToken({ iss: 'https://evil.example' })],
    ['that says it is ours', () => provider.accessToken({ iss: 'atrium', scope: 'admin', sid: 's' })],
    ['with a key that nobody has', () => provider.accessToken({}, { kid: 'unknown' })],
    ['without the id of a user', () => provider.accessToken({ sub: 'no id: of ours' })],
    ['that was changed', () => `${provider.accessToken().slice(0, -8)}AAAAAAAA`],
  ])('is not taken %s', async (_, make) => {
    const answer = await home(make());
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
  });

  it('is taken a little after it has expired: clocks differ', async () => {
    expect((await home(provider.accessToken({ exp: seconds() - 20 }))).status).toBe(200);
  });

  it('is taken while the issuer is down, where its key is known', async () => {
    const token = provider.accessToken({ jti: 'before' });
    await provider.close();
    expect((await home(token)).status).toBe(200);
  });
});
