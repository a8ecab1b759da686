import type { Config } from '#gateway/config/config';
import { PublicKey } from './public-key.ts';
import { SigningKey } from './signing-key.ts';

/**
 * The signing keys of access tokens. A key is first `next`: published; then `current`: it signs; then `retired`: still
 * accepted, until the last token that it signed has expired.
 */
export class KeySet {
  private readonly byId: ReadonlyMap<string, PublicKey>;

  constructor(
    readonly current: SigningKey,
    readonly others: readonly PublicKey[] = [],
  ) {
    this.byId = new Map([current, ...others].map((key) => [key.id, key]));
  }

  /** Creates the configured keys; if there is none, one that lasts as long as the process. */
  static async from({ JWT_PRIVATE_KEY, JWT_NEXT_KEY, JWT_RETIRED_KEYS, JWT_ALGORITHM }: Config): Promise<KeySet> {
    const current = JWT_PRIVATE_KEY ? new SigningKey(JWT_PRIVATE_KEY) : await SigningKey.make(JWT_ALGORITHM);
    const others = [...(JWT_NEXT_KEY ? [JWT_NEXT_KEY] : []), ...JWT_RETIRED_KEYS];
    return new KeySet(
      current,
      others.map((key) => new PublicKey(key)),
    );
  }

  /** The key with this id; undefined for an unknown id. */
  withId(id: unknown): PublicKey | undefined {
    return typeof id === 'string' ? this.byId.get(id) : undefined;
  }

  /** The public keys as a JWK Set (RFC 7517). */
  publicJwks() {
    return { keys: [...this.byId.values()].map((key) => key.publicJwk()) };
  }
}
