import { type KeyObject } from 'node:crypto';
import { hashOf } from '#gateway/identity/jwt/verified';
import { boundedLru } from '#libs/cache';
import { LRUCache } from 'lru-cache';
import type { Dispatcher } from 'undici';
import { isMissing } from './claims.ts';
import { FetchSchedule } from './fetch-schedule.ts';
import { httpClient } from './http-client.ts';
import { jsonAt } from './json-at.ts';
import { publishedKeys, type PublishedKey } from './key-list.ts';
import { unchecked } from './unchecked.ts';

/** The age at which keys are refreshed in the background, in milliseconds. */
const OLD_MS = 600_000;
/** How long a key that is no longer published is accepted, in milliseconds: tokens that it signed are still in use. */
const RETIRED_MS = 900_000;
/** How long an unknown key id is not looked up again, in milliseconds. */
const UNKNOWN_MS = 5_000;
const MAX_UNKNOWN = 1_000;
/** How long after a fetch no key is taken to be replaced under its id, in milliseconds: anybody can send a wrong signature. */
const REPLACED_MS = 30_000;
/** The most keys that are tried for a token without `kid`. */
const MAX_TRIED = 8;

interface KnownKey extends PublishedKey {
  /** When it was last published. */
  seenAt: number;
}

/** The key parameters in a token's header (RFC 7515, section 4.1). */
export interface KeyHint {
  kid?: unknown;
  alg?: unknown;
}

/** The keys of an outside issuer (RFC 7517), fetched on demand, and kept while the issuer is down. */
export class RemoteKeys {
  /** By what they are: a key may be published twice. */
  private readonly known = new Map<string, KnownKey>();
  private readonly unknown: LRUCache<string, number>;
  private readonly schedule: FetchSchedule;
  private loadedAt = -Infinity;
  private loading: Promise<void> | undefined;

  /** @param dispatcher connects to the issuer; by default, the global one @param now a monotonic clock, in milliseconds */
  constructor(
    private readonly url: string,
    private readonly onFailure: (error: unknown) => void,
    private readonly dispatcher?: Dispatcher,
    private readonly now: () => number = () => performance.now(),
  ) {
    // Loads undici now, so that the first token does not wait for it.
    httpClient();
    this.schedule = new FetchSchedule(now);
    this.unknown = new LRUCache(boundedLru(MAX_UNKNOWN));
  }

  /**
   * The cached keys that may have signed a token: those with its `kid`, else those published without one; for a token
   * without `kid`, all keys of its algorithm.
   */
  fitting({ kid, alg }: KeyHint): KeyObject[] {
    if (this.now() - this.loadedAt > OLD_MS && this.known.size) this.load()?.catch(() => {});
    const fits = (one: KnownKey) => one.algorithms.includes(alg as string) && this.isTaken(one);
    const ofAlgorithm = [...this.known.values()].filter(fits);
    const named = isMissing(kid) ? [] : ofAlgorithm.filter((one) => one.kid === kid);
    const rest = ofAlgorithm.filter((one) => isMissing(kid) || one.kid === undefined);
    return (named.length ? named : rest).slice(0, MAX_TRIED).map(({ key }) => key);
  }

  /** Whether the key with the token's `kid` is cached, so that no fetch is needed. */
  has({ kid }: KeyHint): boolean {
    if (isMissing(kid)) return false;
    for (const one of this.known.values()) if (one.kid === kid && this.isTaken(one)) return true;
    return false;
  }

  /**
   * Fetches the keys to find an unknown one, once for all waiting requests. An id that was unknown a moment ago triggers no
   * fetch.
   * @param signature of the token, which stands for the missing `kid`: another token may have a newer key
   * @throws {GatewayError} OVERLOADED if they cannot be fetched, or were fetched too often
   */
  async refreshFor({ kid }: KeyHint, signature = ''): Promise<void> {
    const id = typeof kid === 'string' ? kid : hashOf(signature);
    if (this.now() - (this.unknown.get(id) ?? -Infinity) < UNKNOWN_MS) return;
    await this.load();
    if (!this.has({ kid })) this.unknown.set(id, this.now());
  }

  /**
   * Fetches the keys for a token that no key with its `kid` signed: some issuers replace a key under its id. At most once in 30
   * seconds, and not an error if they cannot be fetched, since most such tokens are forged.
   */
  async refreshReplaced(): Promise<void> {
    if (this.now() - this.loadedAt < REPLACED_MS) return;
    await this.load().catch(() => {});
  }

  private isTaken({ seenAt }: KnownKey): boolean {
    // An unreachable issuer has retired no key.
    return seenAt >= this.loadedAt || this.now() - seenAt < RETIRED_MS;
  }

  private load(): Promise<void> {
    if (this.loading) return this.loading;
    const waitMs = this.schedule.take();
    if (waitMs > 0) return Promise.reject(unchecked(waitMs, 'the keys of the issuer are not fetched so soon'));
    this.loading = this.fetch().finally(() => (this.loading = undefined));
    return this.loading;
  }

  private async fetch(): Promise<void> {
    try {
      const keys = publishedKeys(await jsonAt(this.url, this.dispatcher));
      const seenAt = this.now();
      for (const [id, { seenAt: last }] of this.known) if (seenAt - last > RETIRED_MS) this.known.delete(id);
      for (const one of keys) this.known.set(idOf(one), { ...one, seenAt });
      this.loadedAt = seenAt;
      this.schedule.succeeded();
    } catch (error) {
      this.onFailure(error);
      throw unchecked(this.schedule.failed(), error);
    }
  }
}

const idOf = ({ kid = '', key, algorithms }: PublishedKey): string =>
  [key.export({ type: 'spki', format: 'der' }).toString('base64url'), ...algorithms, kid].join(' ');
