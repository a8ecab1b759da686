import { Public } from '#gateway/declare/access';
import { Sessions } from '#gateway/identity/sessions/sessions';
import { Limited } from '#gateway/declare/limited';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

/** Logs an operator out of the admin port. */
@Public({ ignoresToken: true, isForPages: true })
@Limited({ isFree: true })
@Injectable()
export class OperatorLogout {
  constructor(private readonly sessions: Sessions) {}

  /** Ends the session of the caller, if there is one. */
  async run(context: Context): Promise<void> {
    const { sessionId } = context.caller;
    if (sessionId !== undefined) await this.sessions.end(context, sessionId, 'logout');
  }
}
