import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Limited } from '#gateway/declare/limited';
import { KeptUploads } from '#gateway/files/uploads/kept-uploads';
import { LOOK_BYTES, mediaTypeOf } from '#gateway/files/uploads/media-type';
import { UploadInspections } from '#gateway/files/uploads/upload-inspections';
import { Uploads } from '#gateway/files/uploads/uploads';
import { Audit } from '#gateway/identity/audit/audit';
import { GatewayError } from '#libs/errors';
import { ACCEPTED_TYPES } from '#libs/images';
import type { Context } from '#libs/upstream';
import { body, type InputOf } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { AvatarView } from './avatar.view.ts';
import { Avatars } from './avatars.ts';
import { ProfilePicture } from './profile-picture.ts';

const MAX_BYTES = 10_485_760;
const DATA_URL = /^data:(image\/[a-z+.-]{1,20});base64,([A-Za-z0-9+/]+={0,2})$/;

/** A picture: an upload, or, if it is small, a data URL (RFC 2397) in base64. `BODY_LIMIT_BYTES` bounds the latter. */
export const AvatarBody = body('AvatarBody', {
  uploadId: z.string().max(256).optional(),
  image: z.string().regex(DATA_URL, 'Must be a data URL of a picture, in base64').optional(),
});

/** Sets the caller's picture. */
@Scopes('profile:write')
@Limited({ cost: 4 })
@Refuses('NOT_FOUND', 'CONFLICT', 'GONE', 'LOCKED')
@Injectable()
export class SetAvatar {
  constructor(
    private readonly avatars: Avatars,
    private readonly profile: ProfilePicture,
    private readonly audit: Audit,
    private readonly uploads: Uploads,
    private readonly kept: KeptUploads,
    private readonly inspections: UploadInspections,
  ) {}

  /**
   * Sets the picture, also in the caller's profile, and returns its paths. Idempotent.
   * @param origin of the request, which the profile has in the URL of the picture
   * @throws {GatewayError} BAD_REQUEST unless there is one picture; NOT_FOUND and CONFLICT of the upload;
   * UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, VALIDATION_FAILED, OVERLOADED of the picture; UPSTREAM_*
   */
  async run(context: Context, picture: InputOf<typeof AvatarBody>, origin: string): Promise<AvatarView> {
    const avatar = await this.keep(context, picture);
    await this.profile.show(context, avatar, origin);
    this.audit.write(context, 'avatar.changed', { userId: context.caller.id });
    return avatar;
  }

  private keep(context: Context, { uploadId, image }: InputOf<typeof AvatarBody>): Promise<AvatarView> {
    if ((uploadId === undefined) === (image === undefined)) {
      const errors = [{ field: 'uploadId', message: 'Must be given, or image, and not both' }];
      throw new GatewayError('BAD_REQUEST', { detail: 'There must be one picture.', errors });
    }
    return uploadId === undefined ? this.fromUrl(context, image!) : this.fromUpload(context, uploadId);
  }

  private async fromUpload(context: Context, id: string): Promise<AvatarView> {
    const userId = context.caller.id!;
    const before = await this.avatars.find(userId, id);
    if (before) return before;
    const file = await this.kept.file(context, id, { types: ACCEPTED_TYPES, maxBytes: MAX_BYTES });
    const avatar = await this.avatars.keep(userId, id, await buffer(file.content()));
    // A failure costs a place until the upload expires.
    await this.uploads.cancel(context, id).catch(() => {});
    return avatar;
  }

  private async fromUrl(context: Context, image: string): Promise<AvatarView> {
    const userId = context.caller.id!;
    const [, declared, text] = DATA_URL.exec(image)!;
    const bytes = Buffer.from(text!, 'base64');
    // Only who has the picture knows its hash.
    const version = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
    const before = await this.avatars.find(userId, version);
    if (before) return before;
    const type = await mediaTypeOf(bytes.subarray(0, LOOK_BYTES), declared);
    const content = () => Readable.from([bytes]);
    await this.inspections.run(context, { id: version, name: undefined, type, size: bytes.length, content });
    return this.avatars.keep(userId, version, bytes);
  }
}
