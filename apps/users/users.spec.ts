import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeStorages, type Place, environmentFor } from '#libs/testing';
import type { RunningRestService } from '#libs/service';
import { usersSettings } from './settings.ts';
import { startUsers } from './start-users.ts';
import { ada, grace, clientOf } from './testing/client.fixture.ts';

describeStorages('users', (storage) => {
  let place: Place;
  let users: RunningRestService;
  let call: ReturnType<typeof clientOf>;

  beforeAll(async () => {
    place = await storage.fresh();
    users = await startUsers(usersSettings(environmentFor(place, { SEED: '42' })));
    call = clientOf(users.url);
  });
  afterAll(() => users.stop());

  let registered = 0;
  const somebody = () => ({
    name: 'Mary Shaw',
    email: `mary.${++registered}@example.com`,
    password: 'abstraction',
  });

  it('registers a customer, who can then be found by id', async () => {
    const input = somebody();
    const { status, body } = await call('POST /users', { body: input });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
      name: input.name,
      email: input.email,
      avatarUrl: null,
      role: 'customer',
      createdAt: expect.any(String),
      version: expect.stringMatching(/^[\w-]+$/),
    });
    expect((await call(`GET /users/${body.id}`)).body).toEqual(body);
  });

  it('accepts an email address once, case-insensitively', async () => {
    const input = somebody();
    const { body } = await call('POST /users', { body: { ...input, email: input.email.toUpperCase() } });
    expect(body.email).toBe(input.email);
    const again = await call('POST /users', { body: input });
    expect([again.status, again.body.code]).toEqual([409, 'EMAIL_TAKEN']);
  });

  it('accepts one of several concurrent registrations with an email address', async () => {
    const input = somebody();
    const answers = await Promise.all(Array.from({ length: 6 }, () => call('POST /users', { body: input })));
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([
      201, 409, 409, 409, 409, 409,
    ]);
  });

  it('returns users by id in the given order, without duplicates and unknown ids', async () => {
    const { body } = await call('GET /users?ids=u3,nobody,u1,u3,o%27r');
    expect(body.users!.map((user) => user.id)).toEqual(['u3', 'u1']);
  });

  it.each(['nobody', 'a%20b', '%E2%98%83', 'x'.repeat(65), 'x'.repeat(4000), "'--"])(
    'returns no user for %p',
    async (id) => {
      const { status, body } = await call(`GET /users/${id}`);
      expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
    },
  );

  it('updates the fields of a patch, removes those that are null, and keeps the others', async () => {
    const profile = async (answer: ReturnType<typeof call>) => {
      const { version: _, ...others } = (await answer).body;
      return others;
    };
    const before = await profile(call('GET /users/u1'));
    const patch = (body: object) =>
      profile(call('PATCH /users/u1', { as: ada, body, type: 'application/merge-patch+json' }));
    const renamed = { ...before, name: 'Augusta Ada King' };
    expect(await patch({ name: '  Augusta Ada King ' })).toEqual(renamed);
    expect(await patch({ avatarUrl: null })).toEqual({ ...renamed, avatarUrl: null });
    expect(await patch({})).toEqual({ ...renamed, avatarUrl: null });
    expect(await patch({ name: before.name, avatarUrl: before.avatarUrl })).toEqual(before);
    expect(await profile(call('GET /users/u1'))).toEqual(before);
  });

  it('allows changes by the user and by admins only', async () => {
    const patch = (id: string, as: typeof ada) => call(`PATCH /users/${id}`, { as, body: { name: 'Changed' } });
    expect((await patch('u3', ada)).status).toBe(404);
    expect((await patch('u3', { id: 'u3', scopes: [] })).status).toBe(200);
    expect((await patch('u4', grace)).body.name).toBe('Changed');
    expect((await patch('nobody', grace)).status).toBe(404);
  });

  it('authenticates by email address and password', async () => {
    const check = async (email: string, password: string) =>
      (await call('POST /credential-checks', { body: { email, password } })).body.user?.id ?? null;
    expect(await check('Ada@Example.com', 'analytical-engine')).toBe('u1');
    expect(await check('grace@example.com', 'nanosecond-wire')).toBe('u2');
    expect(await check('ada@example.com', 'nanosecond-wire')).toBeNull();
    expect(await check('ada@example.com', '')).toBeNull();
    expect(await check('nobody@example.com', 'analytical-engine')).toBeNull();
    const { body: seeded } = await call('GET /users/u3');
    expect(await check(seeded.email!, '')).toBeNull();
    const input = somebody();
    const { body } = await call('POST /users', { body: input });
    expect(await check(input.email, input.password)).toBe(body.id);
  });

  it('changes a password for the user who knows the current one', async () => {
    const input = somebody();
    const { body: user } = await call('POST /users', { body: input });
    const change = (currentPassword: string, as: { id: string; scopes: string[] }) =>
      call(`POST /users/${user.id}/password-changes`, {
        as,
        body: { currentPassword, newPassword: 'data abstraction' },
      });
    const mary = { id: user.id!, scopes: [] };
    expect((await change(input.password, grace)).status).toBe(404);
    expect((await change('wrong', mary)).body).toEqual({ isChanged: false });
    expect((await change(input.password, mary)).body).toEqual({ isChanged: true });
    expect((await change(input.password, mary)).body).toEqual({ isChanged: false });
    const check = (password: string) =>
      call('POST /credential-checks', { body: { email: input.email, password } });
    expect((await check(input.password)).body.user).toBeNull();
    expect((await check('data abstraction')).body.user).toMatchObject({ id: user.id });
  });

  it.each(['short', 'password123', '12345678'])('rejects the common password %p', async (password) => {
    const { status, body } = await call('POST /users', { body: { ...somebody(), password } });
    expect([status, body.errors?.map(({ field }) => field)]).toEqual([422, ['password']]);
  });

  it('seeds the same users for the same seed, only in an empty storage', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `u${index + 401}`).join(',');
    const { body: seeded } = await call(`GET /users?ids=${ids}`);
    expect(seeded.users).toHaveLength(100);
    const elsewhere = await startUsers(usersSettings(environmentFor(await storage.fresh(), { SEED: '42' })));
    const here = await startUsers(usersSettings(environmentFor(place, { SEED: '43' })));
    try {
      expect((await clientOf(elsewhere.url)(`GET /users?ids=${ids}`)).body).toEqual(seeded);
      expect((await clientOf(here.url)(`GET /users?ids=${ids}`)).body).toEqual(seeded);
    } finally {
      await elsewhere.stop();
      await here.stop();
    }
  });

  it('deletes an account for itself alone, and again without an error', async () => {
    const input = somebody();
    const { body: user } = await call('POST /users', { body: input });
    const remove = (by: typeof ada) => call(`DELETE /users/${user.id}`, { as: by });
    expect((await remove(grace)).status).toBe(404);
    const mary = { id: user.id!, scopes: [] };
    expect((await remove(mary)).status).toBe(204);
    expect((await remove(mary)).status).toBe(204);
    expect((await call(`GET /users/${user.id}`)).status).toBe(404);
  });
});
