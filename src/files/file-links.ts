import { KeySet } from '#gateway/identity/keys/key-set';
import { sealed, unsealed } from '#gateway/identity/sessions/secrets';
import { GatewayError } from '#libs/errors';
import { Injectable } from '@nestjs/common';

/** A stored object that a link leads to. */
export interface LinkedFile {
  /** Its key in the storage. */
  key: string;
  /** The name that browsers save it by; undefined for none. */
  name?: string;
}

/** The purpose that the key of links is derived for: no other token of the gateway is a link. */
const USE = 'file links';

/**
 * Links to stored objects, which expire. Whoever has a link may use it, as often as wanted: browsers ask up to six times for one
 * download. A link is encrypted with a key derived from the secret of `KeySet`, so that it shows nothing of the storage and nobody
 * else can make one; it ends early when that is replaced.
 */
@Injectable()
export class FileLinks {
  constructor(private readonly keys: KeySet) {}

  /** The path of a link to an object. @param forSeconds how long it is valid */
  issue({ key, name }: LinkedFile, forSeconds: number): string {
    const expires = Math.ceil(Date.now() / 1_000) + forSeconds;
    return `/v1/files/${sealed(JSON.stringify([key, expires, name]), this.secret, USE)}`;
  }

  /** The object of a link. @throws {GatewayError} NOT_FOUND for what is no link, GONE for one that has expired */
  fileOf(token: string): LinkedFile {
    const [key, expires, name] = this.opened(token);
    if (expires * 1_000 < Date.now()) throw new GatewayError('GONE', { detail: 'This link has expired.' });
    return { key, name };
  }

  private get secret(): string {
    return this.keys.secret.toString('base64');
  }

  private opened(token: string): [key: string, expires: number, name?: string] {
    try {
      const [key, expires, name] = JSON.parse(unsealed(token, this.secret, USE)) as [
        string,
        number,
        string | null,
      ];
      return [key, expires, name ?? undefined];
    } catch {
      throw new GatewayError('NOT_FOUND', { detail: 'There is no such file.' });
    }
  }
}
