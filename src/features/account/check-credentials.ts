import { accountName, addressName, Attempts, type Counted } from '#gateway/edge/auth/attempts/attempts';
import { Audit } from '#gateway/edge/auth/audit';
import { type User, Users } from '#gateway/upstreams/users/users.port';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { type Asked, input } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

/** Who says they are somebody. */
export const LoginInput = input('LoginInput', {
  email: z.string().max(254),
  password: z.string().max(128),
});

/** Whose email address and password are these? For every way to log in. */
@Injectable()
export class CheckCredentials {
  constructor(
    private readonly users: Users,
    private readonly attempts: Attempts,
    private readonly audit: Audit,
  ) {}

  /**
   * The user. Guessing is slowed down, by account and by address.
   * @throws {GatewayError} UNAUTHENTICATED, the same for a wrong address as for a wrong password; RATE_LIMITED
   */
  async run(
    context: Context,
    { email, password }: Asked<typeof LoginInput>,
    kind: 'app' | 'browser',
  ): Promise<User> {
    const account = accountName(email);
    const counted = await this.countedBy(context, account);
    try {
      await this.attempts.begin(counted);
    } catch (error) {
      this.audit.write(context, 'login.delayed', { account, kind });
      throw error;
    }
    const user = await this.users.withCredentials(context, email, password).catch(async (error: unknown) => {
      await this.attempts.takeBack(counted);
      throw error;
    });
    if (!user) {
      this.audit.write(context, 'login.failed', { account, kind });
      const detail = 'The email address or the password is wrong.';
      throw new GatewayError('UNAUTHENTICATED', { detail, headers: { 'www-authenticate': 'Bearer' } });
    }
    await this.attempts.succeeded(counted);
    this.audit.write(context, 'login.ok', { userId: user.id, account, kind });
    return user;
  }

  /** Strangers who guess at an account slow each other down, and not the owner who is logged in elsewhere. */
  private async countedBy(context: Context, account: string): Promise<Counted[]> {
    const { id, sessionId } = context.caller;
    const owner = id && sessionId ? await this.users.byId(context, id).catch(() => undefined) : undefined;
    const isTheirs = owner !== undefined && accountName(owner.email) === account;
    return [
      { by: 'address', name: addressName(context.client.address) },
      isTheirs ? { by: 'session', name: sessionId! } : { by: 'account', name: account },
    ];
  }
}
