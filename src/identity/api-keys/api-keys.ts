import { timingSafeEqual } from 'node:crypto';
import { Audit } from '#gateway/identity/audit/audit';
import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { atMost } from '#libs/cache';
import { GatewayError } from '#libs/errors';
import type { Caller, Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type ApiKey, apiKeyIdIn, hashOfKey, newApiKey } from './api-key.ts';
import { ApiKeyStore } from './api-key-store.ts';

/** A key is believed for so long without asking where keys are kept, in milliseconds. */
const BELIEVED_MS = 5_000;
const MAX_BELIEVED = 10_000;
/** A key is noted as used at most so often, in milliseconds. */
const NOTED_MS = 60_000;

/** What a new key is for. */
export type NewApiKey = Pick<ApiKey, 'name' | 'scopes' | 'rateLimit' | 'userId' | 'expiresAt'>;

/** A key that was made, and the words that its partner comes with: they are known now, and never again. */
export interface MadeApiKey {
  apiKey: ApiKey;
  key: string;
}

/** The keys of partners' programs. */
@Injectable()
export class ApiKeys {
  private readonly believed = new LRUCache<string, ApiKey>({ ...atMost(MAX_BELIEVED), ttl: BELIEVED_MS });

  constructor(
    private readonly store: ApiKeyStore,
    private readonly ends: SessionEnds,
    private readonly audit: Audit,
  ) {}

  /** Makes a key. */
  async create(context: Context, given: NewApiKey): Promise<MadeApiKey> {
    const { id, key } = newApiKey();
    const apiKey: ApiKey = { ...given, id, createdAt: Date.now(), hash: hashOfKey(key) };
    await this.store.create(apiKey);
    this.audit.write(context, 'api-key.created', { userId: context.caller.id, keyId: id });
    return { apiKey, key };
  }

  /**
   * Makes a key that takes the place of another: it may do the same. The other ends after a time in which both are good.
   * @param rateLimit of the new key; that of the other unless given
   * @throws {GatewayError} NOT_FOUND; CONFLICT where it is being replaced already
   */
  async replace(
    context: Context,
    id: string,
    overlapMs: number,
    rateLimit?: ApiKey['rateLimit'],
  ): Promise<MadeApiKey> {
    const before = await this.store.get(id);
    if (!before) throw new GatewayError('NOT_FOUND', { detail: 'There is no such key.' });
    if (before.replacedBy !== undefined)
      throw new GatewayError('CONFLICT', { detail: `The key ${before.replacedBy} takes its place already.` });
    const { name, scopes, userId } = before;
    const limit = rateLimit ?? before.rateLimit;
    const made = await this.create(context, {
      name,
      scopes,
      ...(limit && { rateLimit: limit }),
      ...(userId === undefined ? {} : { userId }),
    });
    const expiresAt = Math.min(before.expiresAt ?? Infinity, Date.now() + overlapMs);
    await this.store.change(id, { expiresAt, replacedBy: made.apiKey.id });
    this.believed.clear();
    return made;
  }

  /** A key that is good, by its id. */
  withId(id: string): Promise<ApiKey | undefined> {
    return this.store.get(id);
  }

  /** All that are good, the oldest first. */
  all(): Promise<ApiKey[]> {
    return this.store.all();
  }

  /** Ends a key, and the streams and sockets that it opened, at every gateway. @returns whether there was one */
  async end(context: Context, id: string): Promise<boolean> {
    const wasThere = await this.store.end(id);
    if (!wasThere) return false;
    this.believed.clear();
    this.audit.write(context, 'api-key.ended', { userId: context.caller.id, keyId: id });
    await this.ends.add(sessionOf(id), 'revoked');
    return true;
  }

  /** Who comes with a key; undefined where it is not good. @throws {GatewayError} OVERLOADED */
  async callerOf(key: string): Promise<Caller | undefined> {
    const id = apiKeyIdIn(key);
    if (id === undefined || this.ends.has(sessionOf(id))) return undefined;
    const hash = hashOfKey(key);
    const known = this.believed.get(hash);
    const apiKey = known ?? (await this.store.get(id));
    if (!apiKey || !timingSafeEqual(Buffer.from(apiKey.hash), Buffer.from(hash))) return undefined;
    const { scopes, rateLimit, userId, expiresAt, lastUsedAt = 0 } = apiKey;
    const now = Date.now();
    if (expiresAt !== undefined && expiresAt <= now) return undefined;
    const isNoted = now - lastUsedAt < NOTED_MS;
    if (!known || !isNoted) this.believed.set(hash, isNoted ? apiKey : { ...apiKey, lastUsedAt: now });
    // Nobody waits for it: the next request notes it otherwise.
    if (!isNoted) this.store.change(id, { lastUsedAt: now }).catch(() => {});
    return {
      id: userId ?? `api-key|${id}`,
      scopes,
      apiKeyId: id,
      ...(rateLimit && { rateLimit }),
      sessionId: sessionOf(id),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
  }
}

/** Under what its end is published: no session is called so. */
const sessionOf = (id: string): string => `api-key ${id}`;
