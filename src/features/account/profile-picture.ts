import { Config } from '#gateway/config/config';
import { Users } from '#gateway/upstreams/users/users.port';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { AvatarView } from './avatar.view.ts';

const OWN = '/v1/avatars/';

/** Keeps the `avatarUrl` of profiles in step with the pictures that people have set. */
@Injectable()
export class ProfilePicture {
  constructor(
    private readonly users: Users,
    private readonly config: Config,
  ) {}

  /**
   * Shows a picture in the caller's profile.
   * @param origin of the request; `PUBLIC_URL` goes first
   * @throws {GatewayError} UPSTREAM_*
   */
  async show(context: Context, { medium }: AvatarView, origin: string): Promise<void> {
    await this.change(context, new URL(medium, this.config.PUBLIC_URL ?? origin).href);
  }

  /** Shows none, unless the profile has a picture of another place. @throws {GatewayError} UPSTREAM_* */
  async hide(context: Context): Promise<void> {
    const user = await this.users.byId(context, context.caller.id!);
    if (user?.avatarUrl && new URL(user.avatarUrl).pathname.startsWith(OWN)) await this.change(context, null);
  }

  private async change(context: Context, avatarUrl: string | null): Promise<void> {
    try {
      await this.users.update(context, context.caller.id!, { avatarUrl });
    } catch (error) {
      // A caller of an outside issuer may have files and no profile.
      if (!(error instanceof GatewayError) || error.code !== 'NOT_FOUND') throw error;
    }
  }
}
