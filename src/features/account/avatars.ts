import { PersonalFiles } from '#gateway/files/personal-files';
import { Pictures, PICTURE_SIZES, type PictureSize } from '#gateway/files/pictures';
import { GatewayError } from '#libs/errors';
import { type ListedObject, ObjectStorage } from '#libs/object-storage';
import { KeyedQueue } from '#libs/process';
import { Injectable } from '@nestjs/common';
import type { AvatarView } from './avatar.view.ts';

/** A person's prefix, a version that nobody can guess, and a size. */
const PATH = /^([0-9a-f]{40})-([\w-]{22})-(small|medium|large)$/;

/** After which time nothing is written any more, in milliseconds: what is not whole was interrupted. */
const WRITTEN_MS = 600_000;

/** Where avatars are. Their paths are public, but cannot be guessed, and change with the picture. */
@Injectable()
export class Avatars {
  /** The pictures of each person are kept one after another. */
  private readonly queue = new KeyedQueue();

  constructor(
    private readonly files: PersonalFiles,
    private readonly pictures: Pictures,
    private readonly storage: ObjectStorage,
  ) {}

  /** Keeps a picture as a person's avatar. @param version 22 characters of base64url that nobody can guess */
  async keep(userId: string, version: string, bytes: Uint8Array): Promise<AvatarView> {
    const folder = this.folderOf(userId);
    return this.queue.run(userId, async () => {
      await this.pictures.keep(`${folder}${version}`, bytes);
      await this.deleteBefore(folder, version);
      return this.viewOf(userId, version);
    });
  }

  /** The avatar of a version; undefined if there is none. */
  async find(userId: string, version: string): Promise<AvatarView | undefined> {
    if (!/^[\w-]{22}$/.test(version) || !(await this.pictures.has(`${this.folderOf(userId)}${version}`)))
      return undefined;
    return this.viewOf(userId, version);
  }

  /** Deletes a person's avatar. */
  async delete(userId: string): Promise<void> {
    await this.storage.deleteAll(this.folderOf(userId));
  }

  /** The storage key of a path. @throws {GatewayError} NOT_FOUND if it is malformed */
  keyIn(path: string): string {
    const [, person, version, size] = PATH.exec(path) ?? [];
    if (!person) throw new GatewayError('NOT_FOUND', { detail: 'There is no such picture.' });
    return this.pictures.keyOf(`people/${person}/avatar/${version}`, size as PictureSize);
  }

  /**
   * Deletes what was kept before. What another gateway is still writing stays: of requests at once all pictures would be gone if
   * each deleted the others.
   */
  private async deleteBefore(folder: string, version: string): Promise<void> {
    const listed: ListedObject[] = [];
    for await (const one of this.storage.list(folder)) listed.push(one);
    const found = Map.groupBy(listed, ({ key }) => key.slice(folder.length).split('/', 1)[0]!);
    const begunAt = (one: string) => Math.min(...found.get(one)!.map(({ modifiedAt }) => modifiedAt.getTime()));
    if (!found.has(version)) return;
    const own = begunAt(version);
    for (const [one, { length }] of found) {
      const isWritten = length === PICTURE_SIZES.length || begunAt(one) < own - WRITTEN_MS;
      if (begunAt(one) < own && isWritten) await this.storage.deleteAll(`${folder}${one}/`);
    }
  }

  private folderOf(userId: string): string {
    return `${this.files.prefixOf(userId)}avatar/`;
  }

  private viewOf(userId: string, version: string): AvatarView {
    const person = this.files.prefixOf(userId).split('/')[1]!;
    const paths = PICTURE_SIZES.map((size) => [size, `/v1/avatars/${person}-${version}-${size}`]);
    return Object.fromEntries(paths) as unknown as AvatarView;
  }
}
