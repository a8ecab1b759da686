import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Limited } from '#gateway/declare/limited';
import { Audit } from '#gateway/identity/audit/audit';
import type { StoredObject } from '#libs/object-storage';
import type { Context, Precondition } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { AttachmentListView } from './attachment.view.ts';
import { Attachments } from './attachments.ts';

/** Lists the files at an order of the caller. */
@Scopes('orders:read')
@Limited({ cost: 2 })
@Refuses('NOT_FOUND')
@Injectable()
export class ListAttachments {
  constructor(private readonly attachments: Attachments) {}

  /** The files at an order. @throws {GatewayError} NOT_FOUND, UPSTREAM_* */
  async run(context: Context, orderId: string): Promise<AttachmentListView> {
    const files = await this.attachments.list(await this.attachments.folderOf(context, orderId));
    return { items: files.map((file) => this.attachments.viewOf(file)) };
  }
}

/** Finds a file at an order of the caller. */
@Scopes('orders:read')
@Limited({ cost: 2 })
@Refuses('NOT_FOUND')
@Injectable()
export class GetAttachment {
  constructor(private readonly attachments: Attachments) {}

  /** The stored file. @throws {GatewayError} NOT_FOUND of the order or the file, UPSTREAM_* */
  async run(context: Context, orderId: string, id: string): Promise<StoredObject> {
    return this.attachments.find(await this.attachments.folderOf(context, orderId), id);
  }
}

/** Deletes a file at an order of the caller. */
@Scopes('orders:write')
@Limited({ cost: 2 })
@Refuses('NOT_FOUND')
@Injectable()
export class DeleteAttachment {
  constructor(
    private readonly attachments: Attachments,
    private readonly audit: Audit,
  ) {}

  /**
   * Deletes the file.
   * @param precondition the entity tags that it applies to
   * @throws {GatewayError} NOT_FOUND of the order or the file, PRECONDITION_FAILED, UPSTREAM_*
   */
  async run(context: Context, orderId: string, id: string, precondition: Precondition = {}): Promise<void> {
    await this.attachments.delete(await this.attachments.folderOf(context, orderId), id, precondition);
    this.audit.write(context, 'attachment.deleted', { userId: context.caller.id, orderId });
  }
}
