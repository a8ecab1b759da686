import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { type User, Users } from '#gateway/upstreams/users/users.port';
import type { Context, Precondition } from '#libs/upstream';
import { type InputOf, input } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

const MAX_NAME_LENGTH = 100;
const MAX_URL_LENGTH = 2_048;

/** The schema of a person's name. */
export const personName = () => z.string().trim().min(1).max(MAX_NAME_LENGTH);

/** A merge patch of a profile (RFC 7396): missing fields are kept, `null` removes. */
export const UpdateProfileInput = input('UpdateProfileInput', {
  name: personName().optional(),
  avatarUrl: z
    .url({ protocol: /^https?$/ })
    .max(MAX_URL_LENGTH)
    .nullable()
    .optional(),
});

/** Changes the caller's profile. */
@Scopes('profile:write')
@Refuses('NOT_FOUND')
@Injectable()
export class UpdateProfile {
  constructor(private readonly users: Users) {}

  /**
   * Changes the profile and returns it.
   * @param precondition the versions that the change applies to
   * @throws {GatewayError} NOT_FOUND, PRECONDITION_FAILED, UPSTREAM_*
   */
  run(context: Context, change: InputOf<typeof UpdateProfileInput>, precondition?: Precondition): Promise<User> {
    return this.users.update(context, context.caller.id!, change, precondition);
  }
}
