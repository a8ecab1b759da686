import { Public } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Limited } from '#gateway/declare/limited';
import { newPassword } from '#gateway/identity/logins/new-password';
import { Audit } from '#gateway/identity/audit/audit';
import { type User, Users } from '#gateway/upstreams/users/users.port';
import type { Context } from '#libs/upstream';
import { type InputOf, input } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { personName } from './update-profile.ts';

/** The input of a registration. */
export const RegisterInput = input('RegisterInput', {
  name: personName(),
  email: z.email().max(254),
  password: newPassword(),
});

/** Registers a customer. */
@Public({ ignoresToken: true })
@Limited({ cost: 4, by: ['login'] })
@Refuses('CONFLICT')
@Injectable()
export class Register {
  constructor(
    private readonly users: Users,
    private readonly audit: Audit,
  ) {}

  /** Registers a customer and returns it. @throws {GatewayError} CONFLICT if the email address is taken, UPSTREAM_* */
  async run(context: Context, user: InputOf<typeof RegisterInput>): Promise<User> {
    const registered = await this.users.register(context, user);
    this.audit.write(context, 'registered', { userId: registered.id });
    return registered;
  }
}
