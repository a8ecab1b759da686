import { createHash } from 'node:crypto';
import { ObjectStorage } from '#libs/object-storage';
import { Injectable } from '@nestjs/common';

/** Where the files of people are: what they keep, their uploads, the parts of these, and imports with their reports. */
const FOLDERS = ['people', 'uploads', 'parts', 'imports'] as const;

/** A folder of files that belong to people. */
export type PersonalFolder = (typeof FOLDERS)[number];

/**
 * The files of people, each below a prefix of its own, so that they can be deleted with the account. The prefix is a hash of the
 * id, since subjects of outside issuers may have any characters.
 */
@Injectable()
export class PersonalFiles {
  constructor(private readonly storage: ObjectStorage) {}

  /** The prefix of a person's files. @param userId the id of the caller */
  prefixOf(userId: string, folder: PersonalFolder = 'people'): string {
    return `${folder}/${createHash('sha256').update(userId).digest('hex').slice(0, 40)}/`;
  }

  /** The size of what a person keeps, in bytes. */
  async sizeOf(userId: string): Promise<number> {
    let sum = 0;
    for await (const { size } of this.storage.list(this.prefixOf(userId))) sum += size;
    return sum;
  }

  /** Deletes every file of a person, finished or not. @returns their number */
  async deleteAll(userId: string): Promise<number> {
    let count = 0;
    for (const folder of FOLDERS) count += await this.storage.deleteAll(this.prefixOf(userId, folder));
    return count;
  }
}
