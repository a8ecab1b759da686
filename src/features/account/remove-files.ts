import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { PersonalFiles } from '#gateway/files/personal-files';
import { Audit } from '#gateway/identity/audit/audit';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { Avatars } from './avatars.ts';

/** Removes the caller's picture. */
@Scopes('profile:write')
@Injectable()
export class RemoveAvatar {
  constructor(private readonly avatars: Avatars) {}

  /** Removes the picture. It is no error if there is none. */
  run(context: Context): Promise<void> {
    return this.avatars.delete(context.caller.id!);
  }
}

/** Deletes every file of the caller: picture, attachments, reports, uploads. Whoever deletes an account does the same. */
@Scopes('profile:write')
@Limited({ cost: 10 })
@Injectable()
export class DeleteFiles {
  constructor(
    private readonly files: PersonalFiles,
    private readonly audit: Audit,
  ) {}

  /** Deletes the files. Idempotent. */
  async run(context: Context): Promise<void> {
    const userId = context.caller.id!;
    const count = await this.files.deleteAll(userId);
    this.audit.write(context, 'files.deleted', { userId, count });
  }
}
