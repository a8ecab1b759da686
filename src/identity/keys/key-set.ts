import { hkdfSync } from 'node:crypto';
import type { Config } from '#gateway/config/config';
import { ACCESS_TOKEN_SECONDS, CLOCK_SKEW_SECONDS } from './access-token-life.ts';
import { PublicKey } from './public-key.ts';
import { SigningKey } from './signing-key.ts';

/** How long a key is accepted after the next one has begun to sign, in milliseconds. */
const OVERLAP_MS = (ACCESS_TOKEN_SECONDS + CLOCK_SKEW_SECONDS) * 1_000;

/** A key with its times by the wall clock, in milliseconds since 1970. */
interface TimedMember {
  key: PublicKey;
  acceptedUntil: number;
}

interface Signer extends TimedMember {
  key: SigningKey;
  signsFrom: number;
}

/**
 * The signing keys of access tokens. A key is first `next`: published; then `current`: it signs; then `retired`: still
 * accepted, until the last token that it signed has expired. Keys of `JWT_KEYS_FILE` pass through these by the clock.
 */
export class KeySet {
  /** Changes with the keys: what was verified before has to be verified again. */
  generation = 0;
  /** By the time that each signs from. */
  private signers: readonly Signer[] = [];
  private byId: ReadonlyMap<string, TimedMember> = new Map();
  private secretBytes!: Buffer;
  private derivedKeys = new Map<string, Buffer>();

  constructor(current: SigningKey, others: readonly PublicKey[] = []) {
    this.use([signerOf(current)], secretOf(current), others);
  }

  /** Creates the configured keys; if there is none, one that lasts as long as the process. */
  static async from(config: Config): Promise<KeySet> {
    const { JWT_PRIVATE_KEY, JWT_KEYS_FILE, JWT_ALGORITHM } = config;
    const first = JWT_PRIVATE_KEY ?? JWT_KEYS_FILE?.signing[0]!.privateKey;
    const keys = new KeySet(first ? new SigningKey(first) : await SigningKey.make(JWT_ALGORITHM));
    keys.apply(config);
    return keys;
  }

  /** Uses changed keys from now on. A key that was generated at start stays in use where none is configured. */
  apply({ JWT_KEYS_FILE, JWT_PRIVATE_KEY, JWT_NEXT_KEY, JWT_RETIRED_KEYS }: Config): void {
    this.generation += 1;
    if (JWT_KEYS_FILE) return this.use(signersOf(JWT_KEYS_FILE.signing), JWT_KEYS_FILE.secret);
    const others = [...(JWT_NEXT_KEY ? [JWT_NEXT_KEY] : []), ...JWT_RETIRED_KEYS];
    const current = JWT_PRIVATE_KEY ? new SigningKey(JWT_PRIVATE_KEY) : this.current;
    this.use(
      [signerOf(current)],
      secretOf(current),
      others.map((key) => new PublicKey(key)),
    );
  }

  private use(signers: readonly Signer[], secret: Buffer, others: readonly PublicKey[] = []): void {
    const members: TimedMember[] = [...signers, ...others.map((key) => ({ key, acceptedUntil: Infinity }))];
    this.signers = signers;
    this.byId = new Map(members.map((member) => [member.key.id, member]));
    this.secretBytes = secret;
    this.derivedKeys = new Map();
  }

  /** The key that signs now. */
  get current(): SigningKey {
    const now = Date.now();
    return (this.signers.findLast(({ signsFrom }) => signsFrom <= now) ?? this.signers[0]!).key;
  }

  /** The secret that other keys of the gateway are derived from. */
  get secret(): Buffer {
    return this.secretBytes;
  }

  /** A key of 256 bits for one use, derived from the secret (HKDF, RFC 5869). */
  derived(use: string): Buffer {
    const known = this.derivedKeys.get(use);
    if (known) return known;
    const derived = Buffer.from(hkdfSync('sha256', this.secret, '', use, 32));
    this.derivedKeys.set(use, derived);
    return derived;
  }

  /** The key with this id, which verifies tokens; undefined for an unknown id, or one whose tokens have expired. */
  withId(id: unknown): PublicKey | undefined {
    const member = typeof id === 'string' ? this.byId.get(id) : undefined;
    return member && isAccepted(member) ? member.key : undefined;
  }

  /** The public keys as a JWK Set (RFC 7517). */
  publicJwks() {
    return { keys: [...this.byId.values()].filter(isAccepted).map(({ key }) => key.publicJwk()) };
  }
}

const isAccepted = ({ acceptedUntil }: TimedMember): boolean => Date.now() < acceptedUntil;

const secretOf = ({ privateKey }: SigningKey): Buffer => privateKey.export({ type: 'pkcs8', format: 'der' });

const signerOf = (key: SigningKey): Signer => ({ key, signsFrom: 0, acceptedUntil: Infinity });

/** Each is accepted until the tokens have expired that it signed before the next one did. */
const signersOf = (timed: NonNullable<Config['JWT_KEYS_FILE']>['signing']): Signer[] =>
  timed.map(({ privateKey, signsFrom }, i) => ({
    key: new SigningKey(privateKey),
    signsFrom,
    acceptedUntil: (timed[i + 1]?.signsFrom ?? Infinity) + OVERLAP_MS,
  }));
