import { openStorage } from '#libs/storage';
import { hash, verify } from '@node-rs/argon2';
import { expect, it } from '@jest/globals';
import { CredentialChecksController } from './credential-checks.controller.ts';
import { migrations } from './migrations.ts';
import { Passwords } from './passwords.ts';
import { type UsersSchema, UserStore } from './user-store.ts';
import { describeStorages } from '#libs/testing';

describeStorages('a login', (storage) => {
  it('replaces a hash with weaker parameters', async () => {
    const { dataDir, databaseUrl } = (await storage.fresh()) as { dataDir: string; databaseUrl?: string };
    const db = await openStorage<UsersSchema>({ name: 'users', dataDir, databaseUrl, migrations });
    const store = new UserStore(db);
    const weak = await hash('abstraction', { memoryCost: 4_096, timeCost: 1, parallelism: 1 });
    const mary = {
      id: 'u1',
      name: 'Mary',
      email: 'mary@example.com',
      avatar_url: null,
      role: 'customer' as const,
    };
    await store.add({ ...mary, created_at: new Date(0).toISOString(), password_hash: weak });
    const checks = new CredentialChecksController(store, new Passwords());

    const check = (password: string) => checks.check({ email: mary.email, password });
    expect(await check('wrong')).toEqual({ user: null });
    expect(await store.passwordHash('u1')).toBe(weak);
    expect((await check('abstraction')).user).toMatchObject({ id: 'u1' });
    const hashed = (await store.passwordHash('u1'))!;
    expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,/);
    expect(await verify(hashed, 'abstraction')).toBe(true);
    expect((await check('abstraction')).user).toMatchObject({ id: 'u1' });
    expect(await store.passwordHash('u1')).toBe(hashed);
    await db.destroy();
  });
});
