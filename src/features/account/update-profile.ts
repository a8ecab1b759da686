import { Scopes } from '#gateway/declare/access';
import { type User, Users } from '#gateway/upstreams/users/users.port';
import type { Context, Precondition } from '#libs/upstream';
import { type Asked, input } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

const LONGEST_NAME = 100;
const LONGEST_URL = 2_048;

/** A person's name, as a client gives it. */
export const personName = () => z.string().trim().min(1).max(LONGEST_NAME);

/** What to change: what is left out stays, `null` takes it away (RFC 7396). */
export const UpdateProfileInput = input('UpdateProfileInput', {
  name: personName().optional(),
  avatarUrl: z
    .url({ protocol: /^https?$/ })
    .max(LONGEST_URL)
    .nullable()
    .optional(),
});

/** Change my profile. */
@Scopes('profile:write')
@Injectable()
export class UpdateProfile {
  constructor(private readonly users: Users) {}

  /**
   * The profile as it is now.
   * @param precondition which versions of it the change is for
   * @throws {GatewayError} NOT_FOUND, PRECONDITION_FAILED, UPSTREAM_*
   */
  run(context: Context, change: Asked<typeof UpdateProfileInput>, precondition?: Precondition): Promise<User> {
    return this.users.update(context, context.caller.id!, change, precondition);
  }
}
