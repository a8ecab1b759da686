import type { PublicKey } from '#gateway/identity/keys/public-key';
import { atMost } from '#libs/cache';
import { LRUCache } from 'lru-cache';
import type { Dispatcher } from 'undici';
import { FetchSchedule } from './fetch-schedule.ts';
import { httpClient } from './http-client.ts';
import { jsonAt } from './json-at.ts';
import { publishedKeys, type PublishedKey } from './key-list.ts';
import { unchecked } from './unchecked.ts';

/** Keys are fetched again in the background when they are this old, in milliseconds. */
const OLD_MS = 600_000;
/** A key that its issuer does not publish any more is taken for so long, in milliseconds: tokens that it signed are on their way. */
const RETIRED_MS = 900_000;
/** An id that was not published is not looked for again for so long, in milliseconds. */
const UNKNOWN_MS = 5_000;
const MAX_UNKNOWN = 1_000;
/** So many keys are tried for a token that does not say which. */
const MAX_TRIED = 8;

interface Known extends PublishedKey {
  /** When it was last published. */
  seenAt: number;
}

/** What a token says of the key that signed it (RFC 7515, section 4.1). */
export interface KeyHint {
  kid?: unknown;
  alg?: unknown;
}

/** The keys of an outside issuer (RFC 7517), fetched when they are needed, and kept while it is down. */
export class RemoteKeys {
  /** By the thumbprint of the key and its id: a key may be published twice. */
  private readonly known = new Map<string, Known>();
  private readonly unknown: LRUCache<string, number>;
  private readonly schedule: FetchSchedule;
  private loadedAt = -Infinity;
  private loading: Promise<void> | undefined;

  /**
   * @param dispatcher what connects to the issuer; that of the process unless given
   * @param now a clock that only goes forward, in milliseconds
   */
  constructor(
    private readonly url: string,
    private readonly onFailure: (error: unknown) => void,
    private readonly dispatcher?: Dispatcher,
    private readonly now: () => number = () => performance.now(),
  ) {
    // The first token does not wait for it.
    httpClient();
    this.schedule = new FetchSchedule(now);
    this.unknown = new LRUCache(atMost(MAX_UNKNOWN));
  }

  /**
   * The keys that may have signed a token, as far as they are known: those with its `kid`; where there is none, those that are
   * published without one, and all of its algorithm for a token that names none.
   */
  fitting({ kid, alg }: KeyHint): PublicKey[] {
    if (this.now() - this.loadedAt > OLD_MS && this.known.size) this.load()?.catch(() => {});
    const ofAlgorithm = [...this.known.values()].filter((one) => one.key.algorithm === alg && this.isTaken(one));
    const named = kid === undefined ? [] : ofAlgorithm.filter((one) => one.kid === kid);
    const rest = ofAlgorithm.filter((one) => kid === undefined || one.kid === undefined);
    return (named.length ? named : rest).slice(0, MAX_TRIED).map(({ key }) => key);
  }

  /** Whether a key with the id that a token names is known: then no other is looked for. */
  has({ kid }: KeyHint): boolean {
    if (kid === undefined) return false;
    for (const one of this.known.values()) if (one.kid === kid && this.isTaken(one)) return true;
    return false;
  }

  /**
   * Looks for a key that is not known: fetches them, once for all who wait. A token that names a key that was not published a
   * moment ago leads to nothing.
   * @throws {GatewayError} OVERLOADED where they cannot be had, or were fetched too often
   */
  async lookFor({ kid }: KeyHint): Promise<void> {
    const id = typeof kid === 'string' ? kid : '';
    if (this.now() - (this.unknown.get(id) ?? -Infinity) < UNKNOWN_MS) return;
    await this.load();
    if (!this.has({ kid })) this.unknown.set(id, this.now());
  }

  private isTaken({ seenAt }: Known): boolean {
    // An issuer that is down has retired nothing.
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
      for (const one of keys) this.known.set(`${one.key.id} ${one.kid ?? ''}`, { ...one, seenAt });
      this.loadedAt = seenAt;
      this.schedule.succeeded();
    } catch (error) {
      this.onFailure(error);
      throw unchecked(this.schedule.failed(), error);
    }
  }
}
