import { PersonalFiles } from '#gateway/files/personal-files';
import { Pictures, PICTURE_SIZES, type PictureSize } from '#gateway/files/pictures';
import { GatewayError } from '#libs/errors';
import { ObjectStorage } from '#libs/object-storage';
import { Injectable } from '@nestjs/common';
import type { AvatarView } from './avatar.view.ts';

/** A person's prefix, a version that nobody can guess, and a size. */
const PATH = /^([0-9a-f]{40})-([\w-]{22})-(small|medium|large)$/;

/** Where avatars are. Their paths are public, but cannot be guessed, and change with the picture. */
@Injectable()
export class Avatars {
  constructor(
    private readonly files: PersonalFiles,
    private readonly pictures: Pictures,
    private readonly storage: ObjectStorage,
  ) {}

  /** Keeps a picture as a person's avatar. @param version 22 characters of base64url that nobody can guess */
  async keep(userId: string, version: string, bytes: Uint8Array): Promise<AvatarView> {
    const folder = this.folderOf(userId);
    await this.pictures.keep(`${folder}${version}`, bytes);
    for await (const { key } of this.storage.list(folder))
      if (!key.startsWith(`${folder}${version}/`)) await this.storage.delete(key);
    return this.viewOf(userId, version);
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

  private folderOf(userId: string): string {
    return `${this.files.prefixOf(userId)}avatar/`;
  }

  private viewOf(userId: string, version: string): AvatarView {
    const person = this.files.prefixOf(userId).split('/')[1]!;
    const paths = PICTURE_SIZES.map((size) => [size, `/v1/avatars/${person}-${version}-${size}`]);
    return Object.fromEntries(paths) as unknown as AvatarView;
  }
}
