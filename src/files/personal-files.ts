import { createHash } from 'node:crypto';
import { ObjectStorage } from '#libs/object-storage';
import { Injectable } from '@nestjs/common';

/** Where the files of people are: what they keep, their uploads with the parts of these, and what expires. */
const FOLDERS = ['people', 'uploads', 'parts', 'imports', 'exports', 'reports'] as const;

/** A folder of files that belong to people. */
export type PersonalFolder = (typeof FOLDERS)[number];

const DAY_SECONDS = 24 * 3_600;
/** How long links to the files of folders that expire are valid, in seconds. */
export const LINK_SECONDS = {
  imports: 7 * DAY_SECONDS,
  exports: DAY_SECONDS,
  reports: 7 * DAY_SECONDS,
} satisfies Partial<Record<PersonalFolder, number>>;
/** How long a file is kept after its link, in milliseconds: it may be continued for a while, and clocks differ. */
const KEPT_AFTER_MS = 3_600_000;

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

  /** Deletes everybody's files whose links have expired more than an hour ago. @returns their number */
  async deleteExpired(now: number): Promise<number> {
    let count = 0;
    for (const [folder, seconds] of Object.entries(LINK_SECONDS))
      for await (const { key, modifiedAt } of this.storage.list(`${folder}/`)) {
        if (modifiedAt.getTime() + seconds * 1_000 + KEPT_AFTER_MS > now) continue;
        await this.storage.delete(key);
        count += 1;
      }
    return count;
  }
}
