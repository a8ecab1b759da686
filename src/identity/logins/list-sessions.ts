import { Scopes } from '#gateway/declare/access';
import { expiresAt } from '#gateway/identity/sessions/session';
import { Sessions } from '#gateway/identity/sessions/sessions';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { type InputOf, listSize, parameters } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { SessionListView, SessionView } from './session-list.view.ts';

/** The page of the caller's sessions. */
export const ListSessionsQuestion = parameters('ListSessionsQuestion', {
  first: listSize(50),
  after: z.string().min(1).max(512).optional(),
});

type Listed = Awaited<ReturnType<Sessions['ofUser']>>[number];

/** Lists the caller's sessions. */
@Scopes('profile:read')
@Injectable()
export class ListSessions {
  constructor(private readonly sessions: Sessions) {}

  /**
   * One page of the caller's sessions, newest first. A cursor stays valid after its session has ended.
   * @throws {GatewayError} VALIDATION_FAILED for a malformed cursor
   */
  async run(
    { caller }: Context,
    { first, after }: InputOf<typeof ListSessionsQuestion>,
  ): Promise<SessionListView> {
    const last = after === undefined ? undefined : placeAt(after);
    const all = await this.sessions.ofUser(caller.id!);
    const rest = last ? all.filter((one) => isAfter(one, last)) : all;
    const page = rest.slice(0, first);
    return {
      items: page.map((one) => toSessionView(one, caller.sessionId)),
      nextCursor: rest.length > first ? cursorOf(page.at(-1)!) : null,
    };
  }
}

function toSessionView(session: Listed, currentId: string | undefined): SessionView {
  const { sessionId, kind, createdAt, usedAt, userAgent, address } = session;
  return {
    id: sessionId,
    kind: kind === 'app' ? 'APP' : 'BROWSER',
    isCurrent: sessionId === currentId,
    createdAt: new Date(createdAt).toISOString(),
    usedAt: new Date(usedAt).toISOString(),
    expiresAt: new Date(expiresAt(session)).toISOString(),
    userAgent,
    address,
  };
}

/** The sort key of a session in the list. */
type SessionPosition = Pick<Listed, 'createdAt' | 'sessionId'>;

const isAfter = (one: SessionPosition, last: SessionPosition): boolean =>
  one.createdAt < last.createdAt || (one.createdAt === last.createdAt && one.sessionId > last.sessionId);

const cursorOf = ({ createdAt, sessionId }: SessionPosition): string =>
  Buffer.from(`${createdAt} ${sessionId}`).toString('base64url');

function placeAt(cursor: string): SessionPosition {
  const [, createdAt, sessionId] =
    /^(\d{1,15}) ([\w-]{22})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (createdAt && sessionId) return { createdAt: Number(createdAt), sessionId };
  const errors = [{ field: 'after', message: 'Must be a cursor of an earlier page of the same list' }];
  throw new GatewayError('VALIDATION_FAILED', { detail: 'There is no such page.', errors });
}
