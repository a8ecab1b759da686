import { ApiKeys } from '#gateway/identity/api-keys/api-keys';
import { ApiKeyStoreMemory } from '#gateway/identity/api-keys/api-key-store.memory';
import { PersonalData } from '#gateway/identity/personal-data';
import { SessionStoreMemory } from '#gateway/identity/sessions/session-store.memory';
import { sessionsOf } from '#gateway/identity/sessions/sessions.fixture';
import { PersonalFiles } from '#gateway/files/personal-files';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { ReviewsFake } from '#gateway/upstreams/reviews/reviews.fake';
import { UsersFake } from '#gateway/upstreams/users/users.fake';
import { GatewayError } from '#libs/errors';
import { JobQueueSqlite, jobKind } from '#libs/jobs';
import { aContext, allReadable, anOrder, aUser } from '#libs/testing';
import { DetachedWork } from '#libs/upstream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openObjectStorage } from '#libs/object-storage';
import { DeleteAccount } from './delete-account.ts';

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const ada = aContext({ caller: { id: 'u1', scopes: ['profile:write'] } });

async function anAccount() {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-account-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const users = new UsersFake([aUser()]);
  const orders = new OrdersFake([anOrder({ id: 'o1' })]);
  const reviews = new ReviewsFake();
  for (const id of ['u1', 'u2']) {
    const context = aContext({ caller: { id, scopes: [] } });
    await reviews.write(context, 'p1', { authorName: id, rating: 5, text: 'Gives light.' });
  }
  const { sessions, ends, audit, log } = sessionsOf(new SessionStoreMemory());
  const keys = new ApiKeys(new ApiKeyStoreMemory(), ends, audit);
  const jobs = new JobQueueSqlite([jobKind({ name: 'spec.work' })], {
    path: ':memory:',
    leaseMs: 30_000,
    keepMs: 3_600_000,
    onError: () => {},
  });
  cleanups.push(() => jobs.close(0));
  const storage = await openObjectStorage({ kind: 'file', folder });
  const files = new PersonalFiles(storage);
  const type = 'text/plain';
  for (const each of ['people', 'uploads', 'parts', 'imports'] as const)
    await storage.put(`${files.prefixOf('u1', each)}one`, [Buffer.from('x')], { type });
  await storage.put(`${files.prefixOf('u2')}one`, [Buffer.from('x')], { type });
  await jobs.add('spec.work', null, { owner: 'u1', delayMs: 60_000 });
  const { key } = await keys.create(ada, { name: 'script', scopes: [], userId: 'u1' });
  await sessions.open(ada, { userId: 'u1', kind: 'app' });
  const notes = new Set(['u1', 'u2']);
  const others = new PersonalData();
  others.add(async (userId) => void notes.delete(userId));
  const work = new DetachedWork();
  const deletion = new DeleteAccount(users, orders, reviews, jobs, files, others, keys, sessions, audit, work);
  const left = async () => ({
    users: (await users.byIds(ada, ['u1'])).length,
    orders: (await orders.list(ada, { first: 10 })).orders.length,
    reviews: allReadable(await reviews.newestOf(ada, 'p1', 10)).map(({ authorName }) => authorName),
    jobs: (await jobs.list({ owner: 'u1', limit: 10 })).length,
    files: await files.sizeOf('u1'),
    others: await files.sizeOf('u2'),
    notes: [...notes],
    sessions: (await sessions.ofUser('u1')).length,
    key: (await keys.callerOf(key))?.id,
  });
  return { deletion, left, log, users, orders, reviews };
}

const WHOLE = {
  users: 1,
  orders: 1,
  reviews: ['u2', 'u1'],
  jobs: 1,
  files: 1,
  others: 1,
  notes: ['u1', 'u2'],
  sessions: 1,
  key: 'u1',
};
const NOTHING = {
  users: 0,
  orders: 0,
  reviews: ['u2'],
  jobs: 0,
  files: 0,
  others: 1,
  notes: ['u2'],
  sessions: 0,
  key: undefined,
};

describe('the deletion of an account', () => {
  it('leaves nothing of it, and notes itself in the audit log', async () => {
    const { deletion, left, log } = await anAccount();
    expect(await left()).toEqual(WHOLE);
    await deletion.run(ada);
    expect(await left()).toEqual(NOTHING);
    expect(log).toContainEqual(expect.objectContaining({ audit: 'account.deleted', userId: 'u1', count: 4 }));
    expect(log).toContainEqual(expect.objectContaining({ audit: 'session.ended', reason: 'account' }));
    await deletion.run(ada);
    expect(await left()).toEqual(NOTHING);
  });

  it.each(['orders', 'reviews', 'users'] as const)(
    'keeps account and session if %s fail, and can be repeated',
    async (which) => {
      const { deletion, left, ...services } = await anAccount();
      const down = async () => {
        throw new GatewayError('UPSTREAM_UNAVAILABLE');
      };
      const service = services[which];
      Object.assign(service, { anonymize: down, deleteOwn: down, delete: down });
      await expect(deletion.run(ada)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
      expect(await left()).toMatchObject({ users: 1, sessions: 1, key: 'u1' });
      for (const method of ['anonymize', 'deleteOwn', 'delete']) Reflect.deleteProperty(service, method);
      await deletion.run(ada);
      expect(await left()).toEqual(NOTHING);
    },
  );
});
