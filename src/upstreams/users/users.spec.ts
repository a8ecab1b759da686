import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aContext, aUser } from '#libs/testing';
import { serviceForSpec } from '#test/support/services';
import { UsersFake } from './users.fake.ts';
import type { Users } from './users.port.ts';
import { UsersRest } from './users.rest.ts';

const theirs = { id: 'u1', scopes: ['profile:read', 'profile:write'] };

describe.each([
  [
    'over REST',
    async () => {
      const { address, clients, close } = await serviceForSpec('users');
      return { users: new UsersRest(clients.rest('users', [`http://${address}`])) as Users, close };
    },
  ],
  [
    'the fake',
    async () => {
      const users: Users = new UsersFake([aUser(), aUser({ id: 'u2', email: 'grace@example.com' })]);
      return { users, close: async () => {} };
    },
  ],
])('users, %s', (_, open) => {
  let users: Users;
  let close: () => Promise<void>;
  const context = aContext({ caller: theirs });

  beforeAll(async () => ({ users, close } = await open()));
  afterAll(() => close());

  it('finds the existing users of many ids', async () => {
    const found = await users.byIds(context, ['u2', 'nobody', 'u1']);
    expect(found.map(({ id }) => id).sort()).toEqual(['u1', 'u2']);
  });

  it('finds one user, or undefined', async () => {
    const [ada, nobody] = await Promise.all([users.byId(context, 'u1'), users.byId(context, 'nobody')]);
    expect(ada).toMatchObject({ id: 'u1', email: 'ada@example.com', role: 'customer' });
    expect(nobody).toBeUndefined();
  });

  it('registers a customer who can log in with the address in any case', async () => {
    const user = { name: 'New', email: 'New@Example.com', password: 'correct horse battery' };
    const registered = await users.register(context, user);
    expect(registered).toMatchObject({ name: 'New', role: 'customer', avatarUrl: null });
    const known = await users.withCredentials(context, 'new@example.com', user.password);
    expect(known?.id).toBe(registered.id);
    expect(await users.withCredentials(context, user.email, 'something else')).toBeUndefined();
    expect(await users.withCredentials(context, 'nobody@example.com', user.password)).toBeUndefined();
  });

  it('registers an email address once', async () => {
    const user = { name: 'Ada', email: 'ADA@example.com', password: 'correct horse battery' };
    await expect(users.register(context, user)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('changes a password only with the current one', async () => {
    const user = { name: 'New', email: 'newer@example.com', password: 'correct horse battery' };
    const { id } = await users.register(context, user);
    const theirs = aContext({ caller: { id, scopes: [] } });
    expect(await users.changePassword(theirs, id, 'something else', 'staples and horses')).toBe(false);
    expect(await users.changePassword(theirs, id, user.password, 'staples and horses')).toBe(true);
    expect(await users.withCredentials(context, user.email, user.password)).toBeUndefined();
    expect((await users.withCredentials(context, user.email, 'staples and horses'))?.id).toBe(id);
    const other = users.changePassword(context, id, 'staples and horses', user.password);
    await expect(other).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('changes only the given fields of a profile', async () => {
    const before = await users.update(context, 'u1', { avatarUrl: 'https://images.example.com/a.png' });
    const after = await users.update(context, 'u1', { name: 'Countess' });
    expect(after).toEqual({ ...before, name: 'Countess', version: expect.any(String) });
    expect((await users.update(context, 'u1', { avatarUrl: null })).avatarUrl).toBeNull();
  });

  it('changes the version with each change of a profile', async () => {
    const { version } = await users.update(context, 'u1', { name: 'Ada' });
    const known = await users.byIds(context, ['u1']);
    expect(known).toMatchObject([{ version }]);
    expect((await users.update(context, 'u1', { name: 'Ada' })).version).not.toBe(version);
  });

  it('changes a profile only for its current version, and lets one of two concurrent changes succeed', async () => {
    const { version = '' } = await users.update(context, 'u1', { name: 'Ada' });
    const changes = ['one', 'two'].map((name) => users.update(context, 'u1', { name }, { in: ['0', version] }));
    const done = await Promise.allSettled(changes);
    expect(done.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const current = (await users.update(context, 'u1', { name: 'Ada' }, { notIn: [version] })).version!;
    for (const precondition of [
      { in: [] },
      { in: [version] },
      { notIn: [version, current] },
      { notIn: '*' },
    ] as const) {
      const refused = users.update(context, 'u1', { name: 'Mallory' }, precondition);
      await expect(refused).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
    }
  });

  it.each(['u2', 'nobody'])("changes only the caller's profile, not that of %s", async (id) => {
    await expect(users.update(context, id, { name: 'Mallory' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it("deletes the caller's own account for good, and again without an error", async () => {
    const user = { name: 'Short', email: 'short@example.com', password: 'correct horse battery' };
    const { id } = await users.register(context, user);
    await expect(users.delete(context, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const own = aContext({ caller: { id, scopes: [] } });
    await users.delete(own, id);
    await users.delete(own, id);
    expect(await users.byId(own, id)).toBeUndefined();
    expect(await users.withCredentials(context, user.email, user.password)).toBeUndefined();
    // Another person may have the address now.
    expect((await users.register(context, user)).id).not.toBe(id);
  });
});
