import { Scopes } from '#gateway/declare/access';
import { Sessions } from '#gateway/identity/sessions/sessions';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

/** Logs the caller out everywhere. */
@Scopes('profile:write')
@Injectable()
export class LogoutAll {
  constructor(private readonly sessions: Sessions) {}

  /** Ends every session of the caller, the current one included. */
  async run(context: Context): Promise<void> {
    await this.sessions.endAll(context, context.caller.id!, 'logout-all');
  }
}
