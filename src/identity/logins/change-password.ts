import { Fresh, Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Attempts, type Counted } from '#gateway/identity/attempts/attempts';
import { Audit } from '#gateway/identity/audit/audit';
import { Sessions } from '#gateway/identity/sessions/sessions';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { type InputOf, input } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Accounts } from './accounts.ts';
import { newPassword } from './new-password.ts';

/** The current and the new password. */
export const ChangePasswordInput = input('ChangePasswordInput', {
  currentPassword: z.string().max(128),
  newPassword: newPassword(),
});

/**
 * Changes the caller's password. The current one is required, and guesses are limited, so that a stolen token or cookie
 * does not suffice.
 */
@Scopes('profile:write')
@Fresh({ maxAgeSeconds: 900 })
@Limited({ cost: 4, by: ['login'] })
@Injectable()
export class ChangePassword {
  constructor(
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly attempts: Attempts,
    private readonly audit: Audit,
  ) {}

  /**
   * Changes it, and ends every other session of the caller.
   * @throws {GatewayError} VALIDATION_FAILED, RATE_LIMITED, UPSTREAM_*
   */
  async run(context: Context, { currentPassword, newPassword: next }: InputOf<typeof ChangePasswordInput>) {
    const { id, sessionId } = context.caller;
    const counted: Counted[] = [{ by: 'session', name: sessionId ?? id! }];
    const attempt = await this.attempts.begin(counted);
    const isChanged = await this.accounts
      .changePassword(context, id!, currentPassword, next)
      .catch(async (error: unknown) => {
        await attempt.takeBack();
        throw error;
      });
    if (!isChanged) {
      const errors = [{ field: 'currentPassword', message: 'Is not the current password' }];
      throw new GatewayError('VALIDATION_FAILED', { detail: 'The current password is wrong.', errors });
    }
    await attempt.succeeded();
    this.audit.write(context, 'password.changed', { userId: id, sessionId });
    await this.sessions.endAll(context, id!, 'password', sessionId);
  }
}
