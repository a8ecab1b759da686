import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { UsersRest } from '#gateway/upstreams/users/users.rest';
import { describeWith } from '#test/support/neighbours/describe-with';
import { aRequest, outcomeOf, type UsersClient, usersClient } from './client.ts';
import { MAKES, type RestService, started, TOMCAT } from './makes.ts';

jest.setTimeout(60_000);

const NAME = 'Ада Lovelace № 1 ✓';
/** As many as keep connections open. */
const CALLERS = 10;
/** Apache and Mojolicious take a hundred requests on a connection. */
const CALLS_EACH = 120;

const user = (id: string, changed: object = {}) => ({
  id,
  name: NAME,
  email: `${id}@example.com`,
  avatarUrl: null,
  role: 'customer',
  version: undefined,
  ...changed,
});

const newUser = { name: 'Renée 日本', email: 'renee@example.com', password: 'correct horse battery' };

for (const make of MAKES) {
  describeWith([make.program], `the users service by ${make.make}`, () => {
    let service: RestService;
    let client: UsersClient;
    beforeAll(async () => {
      service = await started(make);
      const { maxConnections: maxInFlight } = make;
      client = usersClient(
        UsersRest,
        `http://127.0.0.1:${service.port}`,
        maxInFlight ? { bulkhead: { maxInFlight } } : {},
      );
    });
    afterAll(async () => {
      await client?.close();
      await service?.end();
    });

    it('is read and written', async () => {
      const { users } = client;
      expect(await users.byIds(aRequest(), ['u1', 'u2'])).toEqual([user('u1'), user('u2')]);
      const { name, email } = newUser;
      expect(await users.register(aRequest(), newUser)).toEqual(user('u9', { name, email }));
      const change = { name: 'Ада', avatarUrl: null };
      expect(await users.update(aRequest(), 'u1', change)).toEqual(user('u1', { name: 'Ада' }));
      await users.delete(aRequest(), 'u1');
    });

    it('refuses and fails in its own words', async () => {
      const { users } = client;
      expect(await outcomeOf(users.register(aRequest(), { ...newUser, email: 'taken@example.com' }))).toBe(
        'CONFLICT',
      );
      expect(await outcomeOf(users.delete(aRequest(), 'nobody'))).toBe('NOT_FOUND');
      expect(await outcomeOf(users.byIds(aRequest(), ['crash']))).toBe(
        make.hangsUp ? 'UPSTREAM_UNAVAILABLE' : 'UPSTREAM_BAD_RESPONSE',
      );
    });

    it('closes idle connections when it ends: after its restart no read or write is lost', async () => {
      const { users } = client;
      const all = () =>
        Promise.all(
          Array.from({ length: CALLERS }, (_, index) =>
            outcomeOf(index % 2 ? users.byIds(aRequest(), [`u${index}`]) : users.register(aRequest(), newUser)),
          ),
        );
      expect(await all()).toEqual(Array(CALLERS).fill('OK'));
      const { port } = service;
      await service.end();
      service = await started(make, port);
      expect(await all()).toEqual(Array(CALLERS).fill('OK'));
    });

    it('answers more calls than it takes on a connection', async () => {
      const { users } = client;
      const outcomes: Record<string, number> = {};
      await Promise.all(
        Array.from({ length: 2 }, async (_, caller) => {
          for (let index = 0; index < CALLS_EACH; index += 1) {
            const call =
              index % 3 ? users.byIds(aRequest(), [`u${caller}-${index}`]) : users.register(aRequest(), newUser);
            const code = await outcomeOf(call);
            outcomes[code] = (outcomes[code] ?? 0) + 1;
          }
        }),
      );
      expect([outcomes, client.tripped()]).toEqual([{ OK: 2 * CALLS_EACH }, []]);
    });
  });
}

describeWith([TOMCAT.program], 'the users service as a servlet', () => {
  it('is read in the charset of its container', async () => {
    const service = await started(TOMCAT);
    const client = usersClient(UsersRest, `http://127.0.0.1:${service.port}`);
    try {
      expect(await client.users.byIds(aRequest(), ['u1'])).toEqual([user('u1', { name: 'Renée Müller' })]);
      expect(await outcomeOf(client.users.byIds(aRequest(), ['crash']))).toBe('UPSTREAM_BAD_RESPONSE');
    } finally {
      await client.close();
      await service.end();
    }
  });
});
