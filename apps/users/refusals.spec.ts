import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { InternalTokenSigner } from '#libs/internal-token';
import { describeStorages, environmentFor } from '#libs/testing';
import type { RunningRestService } from '#libs/service';
import { usersSettings } from './settings.ts';
import { startUsers } from './start-users.ts';
import { ada, clientOf } from './testing/client.fixture.ts';

const valid = { name: 'Mary Shaw', email: 'mary@example.com', password: 'abstraction' };

/** A request and its body, and the expected status, code and fields. */
const refusals: Array<[string, unknown, number, string, string[]]> = [
  ['POST /users', '{', 400, 'BAD_REQUEST', []],
  ['POST /users', '', 400, 'BAD_REQUEST', []],
  ['POST /users', 'null', 400, 'BAD_REQUEST', ['']],
  ['POST /users', '[]', 400, 'BAD_REQUEST', ['']],
  ['POST /users', '"text"', 400, 'BAD_REQUEST', ['']],
  ['POST /users', '{"__proto__":{"role":"admin"}}', 400, 'BAD_REQUEST', []],
  ['POST /users', '{"constructor":{"prototype":{}}}', 400, 'BAD_REQUEST', []],
  ['POST /users', {}, 400, 'BAD_REQUEST', ['name', 'email', 'password']],
  ['POST /users', { ...valid, name: 7 }, 400, 'BAD_REQUEST', ['name']],
  ['POST /users', { ...valid, email: ['mary@example.com'] }, 400, 'BAD_REQUEST', ['email']],
  ['POST /users', { ...valid, role: 'admin', id: 'u1' }, 400, 'BAD_REQUEST', ['role', 'id']],
  ['POST /users', { ...valid, name: '   ' }, 422, 'VALIDATION_FAILED', ['name']],
  ['POST /users', { ...valid, name: 'x'.repeat(101) }, 422, 'VALIDATION_FAILED', ['name']],
  ['POST /users', { ...valid, name: 'Mary\u0000' }, 422, 'VALIDATION_FAILED', ['name']],
  ['POST /users', { ...valid, email: 'mary' }, 422, 'VALIDATION_FAILED', ['email']],
  ['POST /users', { ...valid, email: `${'x'.repeat(250)}@example.com` }, 422, 'VALIDATION_FAILED', ['email']],
  ['POST /users', { ...valid, password: 'short', name: '' }, 422, 'VALIDATION_FAILED', ['name', 'password']],
  ['POST /users', { ...valid, password: 'x'.repeat(129) }, 422, 'VALIDATION_FAILED', ['password']],
  ['POST /users', { ...valid, name: 'x'.repeat(1_000_000) }, 413, 'PAYLOAD_TOO_LARGE', []],
  ['PATCH /users/u1', { name: null }, 400, 'BAD_REQUEST', ['name']],
  ['PATCH /users/u1', { email: 'new@example.com' }, 400, 'BAD_REQUEST', ['email']],
  ['PATCH /users/u1', { name: '' }, 422, 'VALIDATION_FAILED', ['name']],
  ['PATCH /users/u1', { avatarUrl: 'javascript:alert(1)' }, 422, 'VALIDATION_FAILED', ['avatarUrl']],
  [
    'PATCH /users/u1',
    { avatarUrl: `https://example.com/${'x'.repeat(2048)}` },
    422,
    'VALIDATION_FAILED',
    ['avatarUrl'],
  ],
  ['POST /credential-checks', { email: 'ada@example.com' }, 400, 'BAD_REQUEST', ['password']],
  ['POST /credential-checks', { email: 'ada\u0000', password: 'x' }, 422, 'VALIDATION_FAILED', ['email']],
  ['POST /credential-checks', { email: 'ada', password: 'x'.repeat(129) }, 422, 'VALIDATION_FAILED', ['password']],
  ['GET /users', undefined, 400, 'BAD_REQUEST', ['ids']],
  ['GET /users?ids=u1&ids=u2', undefined, 400, 'BAD_REQUEST', ['ids']],
  ['GET /users?ids=u1&page=2', undefined, 400, 'BAD_REQUEST', ['page']],
  ['GET /users?ids=', undefined, 422, 'VALIDATION_FAILED', ['ids']],
  [`GET /users?ids=${'u,'.repeat(101)}`, undefined, 422, 'VALIDATION_FAILED', ['ids']],
  ['GET /users/%zz', undefined, 400, 'BAD_REQUEST', []],
  ['GET /nowhere', undefined, 404, 'NOT_FOUND', []],
  ['PUT /users/u1', {}, 404, 'NOT_FOUND', []],
  ['DELETE /users/u2', undefined, 404, 'NOT_FOUND', []],
];

describeStorages('users, with invalid requests,', (storage) => {
  let users: RunningRestService;
  let call: ReturnType<typeof clientOf>;

  beforeAll(async () => {
    users = await startUsers(usersSettings(environmentFor(await storage.fresh(), { SEED: '42' })));
    call = clientOf(users.url);
  });
  afterAll(() => users.stop());

  it.each(refusals)('rejects %.40s %.60j with %d %s', async (line, body, status, code, fields) => {
    const answer = await call(line, { body, as: ada });
    expect([answer.status, answer.body.status, answer.body.code]).toEqual([status, status, code]);
    expect((answer.body.errors ?? []).map((error) => error.field)).toEqual(fields);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])(
    'does not accept %s',
    async (type) => {
      const { status, body } = await call('POST /users', { body: 'name=Mary', type });
      expect([status, body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    },
  );

  it.each(['GET /users/u1', 'GET /users?ids=u1', 'PATCH /users/u1', 'POST /users', 'POST /credential-checks'])(
    'answers %s only to the gateway',
    async (line) => {
      const body = line.startsWith('GET') ? undefined : valid;
      const strangers = [
        undefined,
        'Bearer not.a.token',
        `Bearer ${new InternalTokenSigner('another key, of thirty-two characters').sign(ada, 'users')}`,
      ];
      for (const authorization of strangers) {
        const answer = await call(line, { as: null, body, headers: authorization ? { authorization } : {} });
        expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHENTICATED']);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      }
    },
  );

  it.each(['GET /livez', 'GET /readyz', 'GET /openapi.json'])(
    'answers %s without authentication',
    async (line) => {
      expect((await call(line, { as: null })).status).toBe(200);
    },
  );

  it("starts no work after the caller's timeout", async () => {
    const headers = { 'x-request-timeout-ms': '0' };
    const late = await call('POST /users', { body: { ...valid, email: 'late@example.com' }, headers });
    expect([late.status, late.body.code]).toEqual([504, 'DEADLINE_EXCEEDED']);
    expect((await call('POST /users', { body: { ...valid, email: 'late@example.com' } })).status).toBe(201);
  });

  it('returns 504 when the timeout expires, and the response before', async () => {
    const check = (timeoutMs: string) =>
      call('POST /credential-checks', {
        body: { email: 'x', password: 'y' },
        headers: { 'x-request-timeout-ms': timeoutMs },
      });
    expect((await check('1')).status).toBe(504);
    expect((await check('60000')).status).toBe(200);
    expect((await check('soon')).status).toBe(400);
  });
});
