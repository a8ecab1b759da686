import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { type User, Users } from '#gateway/upstreams/users/users.port';
import { GatewayError } from '#libs/errors';
import { gather, required } from '#libs/gather';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

/** Reads the caller's profile. */
@Scopes('profile:read')
@Refuses('NOT_FOUND')
@Injectable()
export class GetMe {
  constructor(private readonly users: Users) {}

  /** The caller's profile. @throws {GatewayError} NOT_FOUND if the account no longer exists, UPSTREAM_* */
  async run(context: Context): Promise<User> {
    const { me: user } = await gather(context, {
      me: required((context) => this.users.byId(context, context.caller.id!)),
    });
    if (!user) throw new GatewayError('NOT_FOUND', { detail: 'This account no longer exists.' });
    return user;
  }
}
