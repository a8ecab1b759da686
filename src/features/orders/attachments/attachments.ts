import { FileLinks } from '#gateway/files/file-links';
import { PersonalFiles } from '#gateway/files/personal-files';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { GatewayError } from '#libs/errors';
import { ObjectStorage, type StoredObject } from '#libs/object-storage';
import { type Context, isMet, type Precondition } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { AttachmentView } from './attachment.view.ts';

const LINK_SECONDS = 900;
const ID = /^[\w-]{22}$/;

/** Where the files at orders are: below the prefix of the customer. */
@Injectable()
export class Attachments {
  constructor(
    private readonly orders: Orders,
    private readonly files: PersonalFiles,
    private readonly storage: ObjectStorage,
    private readonly links: FileLinks,
  ) {}

  /** The prefix of an order's files. @throws {GatewayError} NOT_FOUND, also for another customer's order; UPSTREAM_* */
  async folderOf(context: Context, orderId: string): Promise<string> {
    const order = await this.orders.byId(context, orderId);
    if (!order) throw new GatewayError('NOT_FOUND', { detail: 'There is no such order.' });
    return `${this.files.prefixOf(context.caller.id!)}orders/${order.id}/`;
  }

  /** A file at an order. @throws {GatewayError} NOT_FOUND */
  async find(folder: string, id: string): Promise<StoredObject> {
    const object = ID.test(id) ? await this.storage.stat(`${folder}${id}`) : undefined;
    if (!object) throw new GatewayError('NOT_FOUND', { detail: 'There is no such attachment.' });
    return object;
  }

  /** The files at an order, the first one first. */
  async list(folder: string): Promise<StoredObject[]> {
    const found: StoredObject[] = [];
    for await (const { key } of this.storage.list(folder)) {
      const object = await this.storage.stat(key);
      if (object) found.push(object);
    }
    return found.sort((one, other) => one.modifiedAt.getTime() - other.modifiedAt.getTime());
  }

  /** Deletes a file. Files are never replaced, so its entity tag stays. @throws {GatewayError} NOT_FOUND, PRECONDITION_FAILED */
  async delete(folder: string, id: string, precondition: Precondition): Promise<void> {
    const { key, etag, modifiedAt } = await this.find(folder, id);
    if (!isMet(precondition, etag, modifiedAt))
      throw new GatewayError('PRECONDITION_FAILED', { detail: 'The file does not match the precondition.' });
    await this.storage.delete(key);
  }

  /** The view of a file. */
  viewOf({ key, type, size, modifiedAt, metadata }: StoredObject): AttachmentView {
    const name = nameOf(metadata);
    const url = this.links.issue({ key, name }, LINK_SECONDS);
    return { id: key.split('/').at(-1)!, name, type, size, addedAt: modifiedAt.toISOString(), url };
  }
}

/** The name that a file is saved by. */
export const nameOf = ({ name = 'attachment' }: Readonly<Record<string, string>>): string => name;
