import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { RunningRestService } from '#libs/service';
import { describeStorages, environmentFor } from '#libs/testing';
import { usersSettings } from './settings.ts';
import { startUsers } from './start-users.ts';
import { ada, clientOf } from './testing/client.fixture.ts';

describeStorages('the version of a user', (storage) => {
  let users: RunningRestService;
  let call: ReturnType<typeof clientOf>;

  beforeAll(async () => {
    users = await startUsers(usersSettings(environmentFor(await storage.fresh(), { SEED: '42' })));
    call = clientOf(users.url);
  });
  afterAll(() => users.stop());

  const patch = (body: object, headers: Record<string, string> = {}) =>
    call('PATCH /users/u1', { as: ada, body, headers });
  const current = async () => (await call('GET /users/u1')).headers.get('etag')!;

  it('is its entity tag, and changes with each update', async () => {
    const { headers, body } = await call('GET /users/u1');
    expect(headers.get('etag')).toBe(`"${body.version}"`);
    const changed = await patch({ name: 'Ada King' });
    expect(changed.body.version).not.toBe(body.version);
    expect(changed.headers.get('etag')).toBe(`"${changed.body.version}"`);
    const listed = await call('GET /users?ids=u1');
    expect(listed.body.users![0]!.version).toBe(changed.body.version);
    expect((await patch({})).body.version).toBe(changed.body.version);
  });

  it('allows updates with a matching tag, a list with it, or *', async () => {
    const lists = [(etag: string) => etag, () => '*', (etag: string) => `"x,y", ${etag}`];
    for (const list of lists) {
      expect((await patch({ name: 'Ada' }, { 'if-match': list(await current()) })).status).toBe(200);
    }
    for (const other of ['"x"', 'W/"x"', '"999999999"', '"99999999999"']) {
      expect((await patch({ name: 'Ada' }, { 'if-none-match': other })).status).toBe(200);
    }
  });

  it('rejects updates with another tag or a negated match, without changes', async () => {
    const etag = await current();
    for (const name of ['"x"', `W/${etag}`, '"999999999"', '"99999999999999999999"', '"0"', '"01"']) {
      for (const body of [{ name: 'Mallory' }, {}]) {
        const answer = await patch(body, { 'if-match': name });
        expect([name, answer.status, answer.body.code]).toEqual([name, 412, 'PRECONDITION_FAILED']);
      }
    }
    for (const name of ['*', etag, `W/${etag}`, `"x", ${etag}`]) {
      expect((await patch({ name: 'Mallory' }, { 'if-none-match': name })).status).toBe(412);
    }
    expect((await patch({ name: 'Mallory' }, { 'if-match': etag, 'if-none-match': etag })).status).toBe(412);
    expect(await current()).toBe(etag);
  });

  it('allows one of several concurrent updates with the same tag', async () => {
    const etag = await current();
    const changes = Array.from({ length: 8 }, (_, i) => patch({ name: `Ada ${i}` }, { 'if-match': etag }));
    const statuses = (await Promise.all(changes)).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412, 412, 412, 412, 412]);
  });

  it('is checked after the existence of the user and the permission of the caller', async () => {
    const headers = { 'if-match': '"1"' };
    expect((await call('PATCH /users/u3', { as: ada, body: { name: 'x' }, headers })).status).toBe(404);
    const admin = { id: 'u2', scopes: ['admin'] };
    for (const body of [{ name: 'x' }, {}]) {
      expect((await call('PATCH /users/nobody', { as: admin, body, headers })).status).toBe(404);
    }
  });

  it.each(['If-Match', 'If-None-Match'])('rejects a %s that is not an entity tag', async (name) => {
    const answer = await patch({ name: 'x' }, { [name]: 'x' });
    expect([answer.status, answer.body.code, answer.body.errors]).toEqual([
      400,
      'BAD_REQUEST',
      [{ field: name, message: 'must be * or entity tags' }],
    ]);
  });
});
