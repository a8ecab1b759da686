import { Users } from '#gateway/upstreams/users/users.port';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { type Asked, input } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Session } from './session.ts';
import type { TokensView } from './tokens.view.ts';

/** Who says they are somebody. */
export const LoginInput = input('LoginInput', {
  email: z.string().max(254),
  password: z.string().max(128),
});

/** Log me in. */
@Injectable()
export class Login {
  constructor(
    private readonly users: Users,
    private readonly session: Session,
  ) {}

  /** A pair of tokens. @throws {GatewayError} UNAUTHENTICATED, the same for a wrong address as for a wrong password */
  async run(context: Context, { email, password }: Asked<typeof LoginInput>): Promise<TokensView> {
    const user = await this.users.withCredentials(context, email, password);
    if (user) return this.session.open(user);
    const detail = 'The email address or the password is wrong.';
    throw new GatewayError('UNAUTHENTICATED', { detail, headers: { 'www-authenticate': 'Bearer' } });
  }
}
