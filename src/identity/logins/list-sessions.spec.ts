import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { aContext } from '#libs/testing';
import { check } from '#libs/view';
import { aLoginDesk } from './logins.fixture.ts';
import { ListSessionsQuestion } from './list-sessions.ts';

const moveWallClock = (to: number) => void jest.spyOn(Date, 'now').mockReturnValue(to);

describe('the list of sessions', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('has pages, newest first, each after the cursor of the last one', async () => {
    const { login, listSessions, endSession, as, ada } = aLoginDesk();
    moveWallClock(1_800_000_000_000);
    let last = await login.run(aContext(), ada);
    for (let i = 1; i < 7; i += 1) {
      // Some begin in the same millisecond.
      moveWallClock(1_800_000_000_000 + Math.floor(i / 2) * 1_000);
      last = await login.run(aContext(), ada);
    }
    const mine = as(last.accessToken);
    const whole = (await listSessions.run(mine, { first: 50 })).items;
    expect(whole).toHaveLength(7);
    expect(whole.map(({ createdAt }) => createdAt)).toEqual(
      whole
        .map(({ createdAt }) => createdAt)
        .sort()
        .reverse(),
    );
    const found: string[] = [];
    let after: string | undefined;
    do {
      const { items, nextCursor } = await listSessions.run(mine, { first: 2, after });
      found.push(...items.map(({ id }) => id));
      // A session that ends between pages shifts nothing.
      if (items.length === 2) await endSession.run(mine, items[1]!.id);
      after = nextCursor ?? undefined;
    } while (after);
    expect(found).toEqual(whole.map(({ id }) => id));
  });

  it.each(['x', 'MTIz', '%00', Buffer.from('1 __proto__').toString('base64url')])(
    'has no page at the cursor %p',
    async (after) => {
      const { listSessions } = aLoginDesk();
      await expect(listSessions.run(aContext(), { first: 2, after })).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
        errors: [{ field: 'after' }],
      });
    },
  );

  it('has the end of each session: that of an operator comes after 8 hours, or half an hour without use', async () => {
    const { listSessions, sessions } = aLoginDesk();
    const now = 1_800_000_000_000;
    moveWallClock(now);
    const { sessionId } = await sessions.open(aContext(), { userId: 'u2', kind: 'operator', scopes: ['admin'] });
    const context = aContext({ caller: { id: 'u2', scopes: [] } });
    const expiresAt = async () => Date.parse((await listSessions.run(context, { first: 1 })).items[0]!.expiresAt);
    expect(await expiresAt()).toBe(now + 30 * 60_000);
    await sessions.change(sessionId, { usedAt: now + 7.75 * 3_600_000 });
    expect(await expiresAt()).toBe(now + 8 * 3_600_000);
  });

  it('has fifty sessions a page by default, up to a hundred', () => {
    expect(check(ListSessionsQuestion.schema, {})).toEqual({ first: 50 });
    expect(check(ListSessionsQuestion.schema, { first: 100 })).toEqual({ first: 100 });
    for (const first of [0, 101]) {
      expect(() => check(ListSessionsQuestion.schema, { first })).toThrow(
        expect.objectContaining({ code: 'VALIDATION_FAILED' }),
      );
    }
  });
});
