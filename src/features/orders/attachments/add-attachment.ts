import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Limited } from '#gateway/declare/limited';
import { KeptUploads } from '#gateway/files/uploads/kept-uploads';
import { Audit } from '#gateway/identity/audit/audit';
import { GatewayError } from '#libs/errors';
import { KeyedQueue } from '#libs/process';
import type { Context } from '#libs/upstream';
import { body, type InputOf } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { AttachmentView } from './attachment.view.ts';
import { Attachments } from './attachments.ts';

const MAX_COUNT = 10;
const MAX_BYTES = 20_971_520;

/** What may be attached: documents and pictures, nothing that runs. */
const TYPES = ['application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'text/plain', 'text/csv'];

/** A completed upload. */
export const AttachmentBody = body('AttachmentBody', { uploadId: z.string().max(256) });

/** Attaches an upload to an order of the caller. */
@Scopes('orders:write')
@Limited({ cost: 3 })
@Refuses('NOT_FOUND', 'CONFLICT', 'GONE', 'LOCKED')
@Injectable()
export class AddAttachment {
  /** Additions to an order are counted one after another, by each gateway. */
  private readonly queue = new KeyedQueue();

  constructor(
    private readonly attachments: Attachments,
    private readonly kept: KeptUploads,
    private readonly audit: Audit,
  ) {}

  /**
   * Attaches an upload, and returns it. The same upload again is attached once.
   * @throws {GatewayError} NOT_FOUND of the order or the upload, CONFLICT if the upload is not complete or there are ten
   * attachments, UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, UPSTREAM_*
   */
  async run(
    context: Context,
    orderId: string,
    { uploadId }: InputOf<typeof AttachmentBody>,
  ): Promise<AttachmentView> {
    const folder = await this.attachments.folderOf(context, orderId);
    return this.queue.run(folder, async () => {
      const others = (await this.attachments.list(folder)).filter(({ key }) => key !== `${folder}${uploadId}`);
      if (others.length >= MAX_COUNT)
        throw new GatewayError('CONFLICT', { detail: `An order may have ${MAX_COUNT} attachments.` });
      const where = { key: `${folder}${uploadId}`, types: TYPES, maxBytes: MAX_BYTES };
      const kept = await this.kept.keep(context, uploadId, where);
      this.audit.write(context, 'attachment.added', { userId: context.caller.id, orderId });
      return this.attachments.viewOf(kept);
    });
  }
}
