import { type User, Users } from '#gateway/upstreams/users/users.port';
import type { Context } from '#libs/upstream';
import { type Asked, input } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { personName } from './update-profile.ts';

/** Who wants to become a customer. */
export const RegisterInput = input('RegisterInput', {
  name: personName(),
  email: z.email().max(254),
  password: z.string().min(8).max(128),
});

/** Let me become a customer. */
@Injectable()
export class Register {
  constructor(private readonly users: Users) {}

  /** The new customer. @throws {GatewayError} CONFLICT if the email address is taken, UPSTREAM_* */
  run(context: Context, user: Asked<typeof RegisterInput>): Promise<User> {
    return this.users.register(context, user);
  }
}
