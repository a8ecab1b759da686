import { Scopes } from '#gateway/edge/auth/access';
import { lapsesAt } from '#gateway/edge/auth/sessions/session';
import { Sessions } from '#gateway/edge/auth/sessions/sessions';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { SessionListView } from './session-list.view.ts';

/** Where am I logged in? */
@Scopes('profile:read')
@Injectable()
export class ListSessions {
  constructor(private readonly sessions: Sessions) {}

  /** The caller's sessions, the last used first. */
  async run({ caller }: Context): Promise<SessionListView> {
    const sessions = await this.sessions.ofUser(caller.id!);
    const items = sessions.map(({ sessionId, kind, createdAt, usedAt, endsAt, userAgent, address }) => ({
      id: sessionId,
      kind: kind === 'app' ? ('APP' as const) : ('BROWSER' as const),
      isCurrent: sessionId === caller.sessionId,
      createdAt: new Date(createdAt).toISOString(),
      usedAt: new Date(usedAt).toISOString(),
      expiresAt: new Date(lapsesAt({ usedAt, endsAt })).toISOString(),
      userAgent,
      address,
    }));
    return { items };
  }
}
