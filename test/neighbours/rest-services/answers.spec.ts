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
  ['type:application/json; charset="utf-8"', FINE],
  ['type:application/json;charset=UTF8', FINE],
  ['type:application/json;odata.metadata=minimal;charset=utf-8', FINE],
  ['type:APPLICATION/JSON ; charset = utf-8', FINE],
  ['type:application/json;', FINE],
  ['type:application/hal+json', FINE],
  ['type:application/vnd.api+json; profile="https://example.com/a;b"', FINE],
  ['type:application/ld+json', FINE],
  ['type:application/json-seq', 'UPSTREAM_BAD_RESPONSE'],
  ['type:application/octet-stream', 'UPSTREAM_BAD_RESPONSE'],
  ['type:text/plain', 'UPSTREAM_BAD_RESPONSE'],
  ['bom', FINE],
  ['gzip', FINE],
  ['coding:gzip:x-gzip', FINE],
  ['coding:gzip:gzip, identity', FINE],
  ['coding:gzip:GZIP', FINE],
  ['coding:zlib:deflate', FINE],
  ['coding:raw:deflate', FINE],
  ['coding:none:identity', FINE],
  ['coding:none:', FINE],
  ['coding:none:none', FINE],
  ['coding:none:utf-8', FINE],
  ['coding:none:gzip', 'UPSTREAM_BAD_RESPONSE'],
  ['early-hints', FINE],
  ['continue', FINE],
  ['processing', FINE],
  ['trailers', FINE],
  ['trailers-unannounced', FINE],
  ['chunk-extensions', FINE],
  ['no-reason', FINE],
  ['lower-case-status', FINE],
  ['cookies', FINE],
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
  ['status:300', 'UPSTREAM_BAD_RESPONSE'],
  ['status:303', 'UPSTREAM_BAD_RESPONSE'],
  ['status:308', 'UPSTREAM_BAD_RESPONSE'],
  ['bare:204 No Content\nContent-Length: 0\nContent-Type: application/json', 'UPSTREAM_BAD_RESPONSE'],
  ['bare:204 No Content\nTransfer-Encoding: chunked', 'UPSTREAM_BAD_RESPONSE'],
  ['bare:304 Not Modified\nContent-Length: 500\nETag: "x"', 'UPSTREAM_BAD_RESPONSE'],
  ['bare:200 OK\nContent-Length: 0\nContent-Type: application/json', 'UPSTREAM_BAD_RESPONSE'],
  ['retry-after:0', 'OVERLOADED in 1 s'],
  ['retry-after: 7 ', 'OVERLOADED in 7 s'],
  ['retry-after:99999999999999999999', 'OVERLOADED in 86400 s'],
  ['retry-after:Wed, 21 Oct 2015 07:28:00 GMT', 'OVERLOADED in 1 s'],
  ['retry-after:Wednesday, 21-Oct-15 07:28:00 GMT', 'OVERLOADED in 1 s'],
  ['retry-after:Wed Oct 21 07:28:00 2015', 'OVERLOADED in 1 s'],
  ['retry-after:7.5', 'UPSTREAM_UNAVAILABLE'],
  ['retry-after:-1', 'UPSTREAM_UNAVAILABLE'],
  ['retry-after:2015-10-21T07:28:00Z', 'UPSTREAM_UNAVAILABLE'],
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
