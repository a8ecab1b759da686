import { describe, expect, it } from '@jest/globals';
import { UsersFake } from '#gateway/upstreams/users/users.fake';
import { aContext, aUser } from '#libs/testing';
import { check } from '#libs/view';
import { GetMe } from './get-me.ts';
import { UpdateProfile, UpdateProfileInput } from './update-profile.ts';

const AVATAR = 'https://example.com/ada.png';

async function updated(change: object) {
  const users = new UsersFake([aUser({ avatarUrl: AVATAR })]);
  const answer = await new UpdateProfile(users).run(aContext(), check(UpdateProfileInput.schema, change));
  expect(await new GetMe(users).run(aContext())).toEqual(answer);
  return answer;
}

describe('changing a profile', () => {
  it('changes the given fields only', async () => {
    expect(await updated({ name: 'Ada L.' })).toMatchObject({ name: 'Ada L.', avatarUrl: AVATAR });
    expect(await updated({ avatarUrl: `${AVATAR}?2` })).toMatchObject({ name: 'Ada', avatarUrl: `${AVATAR}?2` });
    expect(await updated({})).toMatchObject({ name: 'Ada', avatarUrl: AVATAR });
  });

  it('removes the picture for null', async () => {
    expect(await updated({ avatarUrl: null })).toMatchObject({ avatarUrl: null });
  });

  it('trims the name', async () => {
    expect(await updated({ name: '  Ada  ' })).toMatchObject({ name: 'Ada' });
    expect(await updated({ name: 'x'.repeat(100) })).toMatchObject({ name: 'x'.repeat(100) });
  });

  it.each([
    [{ name: '' }, 'VALIDATION_FAILED', 'name'],
    [{ name: ' \t ' }, 'VALIDATION_FAILED', 'name'],
    [{ name: 'x'.repeat(101) }, 'VALIDATION_FAILED', 'name'],
    [{ name: 7 }, 'BAD_REQUEST', 'name'],
    [{ avatarUrl: 'javascript:alert(1)' }, 'VALIDATION_FAILED', 'avatarUrl'],
    [{ avatarUrl: 'data:text/html,x' }, 'VALIDATION_FAILED', 'avatarUrl'],
    [{ avatarUrl: '/ada.png' }, 'VALIDATION_FAILED', 'avatarUrl'],
    [{ avatarUrl: `https://example.com/${'x'.repeat(2_048)}` }, 'VALIDATION_FAILED', 'avatarUrl'],
    [{ role: 'admin' }, 'BAD_REQUEST', 'role'],
    [{ id: 'u2' }, 'BAD_REQUEST', 'id'],
    [JSON.parse('{ "__proto__": { "role": "admin" } }'), 'BAD_REQUEST', '__proto__'],
    ['Ada', 'BAD_REQUEST', 'body'],
  ])('is refused for %j: %s on %s', (change, code, field) => {
    expect(() => check(UpdateProfileInput.schema, change)).toThrow(
      expect.objectContaining({ code, errors: [expect.objectContaining({ field })] }),
    );
  });

  it('fails for an account that does not exist', async () => {
    const nobody = aContext({ caller: { id: 'gone', scopes: [] } });
    const users = new UsersFake([aUser()]);
    await expect(new UpdateProfile(users).run(nobody, { name: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(new GetMe(users).run(nobody)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
