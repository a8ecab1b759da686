import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { UsersRest } from '#gateway/upstreams/users/users.rest';
import { describeWith } from '#test/support/neighbours/describe-with';
import { goCompiler } from '#test/support/neighbours/server-programs';
import { aRequest, outcomeOf, type UsersClient, usersClient } from './client.ts';
import { ANSWERS, type RestService, started } from './makes.ts';

jest.setTimeout(60_000);

const FINE = 'OK';

/** What a service may answer to a read, and what that is to the gateway. */
const OUTCOMES: [answer: string, outcome: string][] = [
  ['type:application/json; charset=utf-8', FINE],
  ['type:application/vnd.shop.v1+json', FINE],
  ['type:text/json', FINE],
  ['type:text/plain', 'UPSTREAM_BAD_RESPONSE'],
  ['bom', FINE],
  ['gzip', FINE],
  ['early-hints', FINE],
  ['continue', 'UPSTREAM_UNAVAILABLE'],
  ['trailers', FINE],
  ['close', FINE],
  ['headers-twice', FINE],
  ['type-twice', FINE],
  ['other-type-twice', 'UPSTREAM_BAD_RESPONSE'],
  ['headers-12-kB', FINE],
  ['slow-first-byte', FINE],
  ['slow-body', FINE],
  ['cut', 'UPSTREAM_UNAVAILABLE'],
  ['cut-chunks', 'UPSTREAM_UNAVAILABLE'],
  ['empty', 'UPSTREAM_BAD_RESPONSE'],
  ['html', 'UPSTREAM_BAD_RESPONSE'],
  ['status:203', FINE],
  ['status:204', 'UPSTREAM_BAD_RESPONSE'],
  ['status:205', FINE],
  ['status:206', 'UPSTREAM_BAD_RESPONSE'],
  ['status:301', 'UPSTREAM_BAD_RESPONSE'],
  ['status:302', 'UPSTREAM_BAD_RESPONSE'],
  ['status:304', 'UPSTREAM_BAD_RESPONSE'],
  ['status:307', 'UPSTREAM_BAD_RESPONSE'],
  ['status:401', 'UPSTREAM_BAD_RESPONSE'],
  ['status:403', 'UPSTREAM_BAD_RESPONSE'],
  ['status:404', 'NOT_FOUND'],
  ['status:429', 'OVERLOADED in 7 s'],
  ['status:500', 'UPSTREAM_BAD_RESPONSE'],
  ['status:503', 'OVERLOADED in 7 s'],
];

describeWith([goCompiler], 'the users service', () => {
  let service: RestService;
  let client: UsersClient;
  beforeAll(async () => {
    service = await started(ANSWERS);
  });
  afterAll(() => service?.end());

  it.each(OUTCOMES)('answers %s: %s', async (id, outcome) => {
    client = usersClient(UsersRest, `http://127.0.0.1:${service.port}`);
    try {
      expect(await outcomeOf(client.users.byIds(aRequest(), [id]))).toBe(outcome);
      // The connection is usable, or replaced.
      expect(await outcomeOf(client.users.byIds(aRequest(), ['u1']))).toBe(FINE);
    } finally {
      await client.close();
    }
  });
});
