import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Sessions } from '#gateway/identity/sessions/sessions';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

/** Ends one of the caller's sessions. */
@Scopes('profile:write')
@Refuses('NOT_FOUND')
@Injectable()
export class EndSession {
  constructor(private readonly sessions: Sessions) {}

  /** Ends the session with this id. @throws {GatewayError} NOT_FOUND, also for another user's session */
  async run(context: Context, id: string): Promise<void> {
    const theirs = await this.sessions.ofUser(context.caller.id!);
    const isTheirs = theirs.some(({ sessionId }) => sessionId === id);
    if (!isTheirs || !(await this.sessions.end(context, id, 'logout'))) throw new GatewayError('NOT_FOUND');
  }
}
