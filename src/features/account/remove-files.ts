import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { PersonalFiles } from '#gateway/files/personal-files';
import { Audit } from '#gateway/identity/audit/audit';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { Avatars } from './avatars.ts';
import { ProfilePicture } from './profile-picture.ts';

/** Removes the caller's picture. */
@Scopes('profile:write')
@Injectable()
export class RemoveAvatar {
  constructor(
    private readonly avatars: Avatars,
    private readonly profile: ProfilePicture,
    private readonly audit: Audit,
  ) {}

  /** Removes the picture, also from the profile. It is no error if there is none. @throws {GatewayError} UPSTREAM_* */
  async run(context: Context): Promise<void> {
    const userId = context.caller.id!;
    await this.avatars.delete(userId);
    await this.profile.hide(context);
    this.audit.write(context, 'avatar.deleted', { userId });
  }
}

/** Deletes every file of the caller: picture, attachments, reports, uploads. */
@Scopes('profile:write')
@Limited({ cost: 10 })
@Injectable()
export class DeleteFiles {
  constructor(
    private readonly files: PersonalFiles,
    private readonly profile: ProfilePicture,
    private readonly audit: Audit,
  ) {}

  /** Deletes the files. Idempotent. @throws {GatewayError} UPSTREAM_* */
  async run(context: Context): Promise<void> {
    const userId = context.caller.id!;
    const count = await this.files.deleteAll(userId);
    await this.profile.hide(context);
    this.audit.write(context, 'files.deleted', { userId, count });
  }
}
