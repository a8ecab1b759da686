import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { FileLinks } from '#gateway/files/file-links';
import { LINK_SECONDS, PersonalFiles } from '#gateway/files/personal-files';
import { GatewayError } from '#libs/errors';
import type { RunningJob } from '#libs/jobs';
import { ObjectStorage, type StoredObject } from '#libs/object-storage';
import { readRows, type RowFile } from '#libs/rows';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

const FOLDER = 'imports';
/** The age from which a file that is sent again is stored again, in milliseconds: otherwise it might expire before its job runs. */
const FRESH_MS = 24 * 3_600_000;

/** A stored file of an import. */
export interface ImportFile {
  /** Its key, made of its content: the same file of the same caller has the same one. */
  source: string;
  /** In bytes, decoded. */
  size: number;
}

/** The files of imports: what was sent, and the rows that were rejected. */
@Injectable()
export class ImportFiles {
  constructor(
    private readonly storage: ObjectStorage,
    private readonly links: FileLinks,
    private readonly people: PersonalFiles,
  ) {}

  /**
   * Stores a file as it arrives, whole or not at all.
   * @throws {GatewayError} BAD_REQUEST, VALIDATION_FAILED or PAYLOAD_TOO_LARGE for a file that cannot be read to its end, with
   *   line and column
   */
  async receive(callerId: string, body: AsyncIterable<Uint8Array>, file: RowFile): Promise<ImportFile> {
    const folder = this.people.prefixOf(callerId, FOLDER);
    const incoming = `${folder}incoming/${randomUUID()}`;
    const type = 'application/octet-stream';
    try {
      const { sha256, size } = await this.storage.put(incoming, checkedFile(body, file), { type });
      const source = `${folder}files/${sha256}`;
      const known = await this.storage.stat(source);
      if (!known || known.modifiedAt.getTime() < Date.now() - FRESH_MS)
        await this.storage.put(source, await this.contentOf(incoming), { type });
      return { source, size };
    } finally {
      await this.storage.delete(incoming);
    }
  }

  /** A received file, from its beginning. @throws {GatewayError} GONE */
  async open(source: string): Promise<Readable> {
    return this.contentOf(source);
  }

  /**
   * Stores the lines of rejected rows. @returns the link to them; undefined where there were none
   */
  async keepRejected(
    { id, owner }: Pick<RunningJob, 'id' | 'owner'>,
    lines: AsyncIterable<Uint8Array>,
  ): Promise<string | undefined> {
    const key = `${this.people.prefixOf(owner, FOLDER)}rejected/${id}`;
    const { size } = await this.storage.put(key, lines, { type: 'application/x-ndjson' });
    if (size) return this.links.issue({ key, name: 'rejected-rows.ndjson' }, LINK_SECONDS.imports);
    await this.storage.delete(key);
    return undefined;
  }

  private async contentOf(key: string): Promise<Readable> {
    const object: StoredObject | undefined = await this.storage.stat(key);
    const content = object && (await this.storage.read(object));
    if (!content) throw new GatewayError('GONE', { detail: 'The file of the import is no longer stored.' });
    return content;
  }
}

/** Passes on the bytes of a file once their rows were read. */
async function* checkedFile(body: AsyncIterable<Uint8Array>, file: RowFile): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  async function* noted() {
    for await (const chunk of body) {
      chunks.push(chunk);
      yield chunk;
    }
  }
  const unchecked = { ...file, schema: z.unknown() };
  for await (const _ of readRows(noted(), unchecked)) yield* chunks.splice(0);
  yield* chunks;
}
