import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { usersDocument } from '#libs/contracts';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { aContext, aUser, LyingHttp } from '#libs/testing';
import { UpstreamClients } from '#libs/upstream';
import { UsersFake } from './users/users.fake.ts';
import type { Users } from './users/users.port.ts';
import { UsersRest } from './users/users.rest.ts';

const context = aContext();
const lost = (id: string) => ({ id, isUnreadable: true });
const onWire = (given: object) => ({ ...aUser(), createdAt: '2026-01-02T03:04:05.000Z', ...given });

/** The user that the service answers besides `u1`, with `more` unknown fields. */
let others: unknown[] = [];

async function overRest() {
  const service = await LyingHttp.open({
    'GET /users': () => ({ users: [onWire({ more: 1, isUnreadable: true }), ...others], more: 2 }),
    'POST /users': () => others[0],
    'PATCH /users/u2': () => others[0],
    'POST /credential-checks': () => ({ user: others[0], more: 3 }),
  });
  const clients = new UpstreamClients({ tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY) });
  const close = async () => {
    await clients.close();
    await service.close();
  };
  const client = clients.rest('users', [`http://${service.address}`], usersDocument());
  return { users: new UsersRest(client) as Users, close };
}

describe.each([
  ['over REST', overRest],
  [
    'the fake',
    async () => {
      const users = new UsersFake([aUser(), aUser({ id: 'u2' })]);
      users.unreadable.add('u2');
      return { users: users as Users, close: async () => {} };
    },
  ],
])('users of which one breaks the contract, %s', (_, open) => {
  let users: Users;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ users, close } = await open());
    others = [onWire({ id: 'u2', role: 'auditor' })];
  });
  afterAll(() => close());

  it('are found by their ids except for that one', async () => {
    expect(await users.byIds(context, ['u1', 'u2', 'none'])).toEqual([aUser(), lost('u2')]);
    const answers = await Promise.allSettled(['u1', 'u2', 'none'].map((id) => users.byId(context, id)));
    const reason = { code: 'UPSTREAM_BAD_RESPONSE' };
    expect(answers).toMatchObject([{ value: { id: 'u1' } }, { reason }, { value: undefined }]);
  });
});

describe('a user over REST', () => {
  let users: Users;
  let close: () => Promise<void>;
  beforeAll(async () => ({ users, close } = await overRest()));
  afterAll(() => close());

  it.each([
    ['of an unknown role', onWire({ id: 'u2', role: 'auditor' })],
    ['without a name', { ...onWire({ id: 'u2' }), name: undefined }],
    ['whose address is a number', onWire({ id: 'u2', email: 7 })],
    ['without an id', onWire({ id: '' })],
    ['whose id is a number', onWire({ id: 2 })],
    ['that is none', null],
  ])('is unreadable without affecting others: %s', async (_, broken) => {
    others = [broken];
    expect(await users.byIds(context, ['u1', 'u2'])).toEqual([aUser(), lost('u2')]);
    const change = users.update(context, 'u2', { name: 'Ada' });
    await expect(change).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });
});
