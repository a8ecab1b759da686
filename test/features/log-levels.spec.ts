import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { Shop } from '#test/support/shop';
import { eventually } from '#libs/testing';
import request from 'supertest';

const access = new Access();
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey });
});
afterAll(() => shop?.close());

const asAdmin = () => access.of('u2', 'admin');
const change = (body: object, headers = asAdmin()) =>
  request(shop.gateway.adminUrl).put('/admin/log-level').set(headers).send(body);
const levelOf = async (logger: string) => {
  const { body } = await request(shop.gateway.adminUrl).get('/admin/log-level').set(asAdmin());
  return (body.loggers as { logger: string; level: string }[]).find((one) => one.logger === logger)?.level;
};
const get = (requestId: string) => fetch(`${shop.gateway.url}/livez`, { headers: { 'x-request-id': requestId } });

describe('the level of a logger', () => {
  it('is changed by an operator for some time, which the audit log tells', async () => {
    const { status, body } = await change({ logger: 'access', level: 'warn', forSeconds: 1 });
    expect([status, body.loggers.map(({ logger }: { logger: string }) => logger)]).toEqual([
      200,
      ['gateway', 'access', 'framework'],
    ]);
    await get('left-out');
    await eventually(async () => (await levelOf('access')) !== 'warn');
    await get('written');
    await shop.logs.gateway.first({ requestId: 'written', msg: 'request' });
    expect(shop.logs.gateway.with({ requestId: 'left-out' })).toEqual([]);
    expect(shop.logs.gateway.with({ audit: 'log-level.changed' })[0]).toMatchObject({
      userId: 'u2',
      logger: 'access',
      level: 'warn',
      forSeconds: 1,
    });
  });

  it.each([
    [{ level: 'loud', forSeconds: 1 }, 'level'],
    [{ level: 'debug' }, 'forSeconds', 400],
    [{ level: 'debug', forSeconds: 0 }, 'forSeconds'],
    [{ level: 'debug', forSeconds: 86_401 }, 'forSeconds'],
    [{ level: 'debug', forSeconds: 1, logger: 'audit' }, 'logger'],
  ])('is refused, naming the field: %j', async (body, field, expected = 422) => {
    const answer = await change(body);
    expect(answer.status).toBe(expected);
    expect(answer.body.errors).toEqual([expect.objectContaining({ field })]);
    expect(await levelOf('gateway')).toBe('info');
  });

  it('is nobody else’s to see or change', async () => {
    expect((await change({ level: 'debug', forSeconds: 1 }, access.of('u1'))).status).toBe(403);
    expect((await request(shop.gateway.adminUrl).get('/admin/log-level')).status).toBe(401);
    expect((await request(shop.gateway.url).get('/admin/log-level').set(asAdmin())).status).toBe(404);
  });
});
