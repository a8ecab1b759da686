import { timingSafeEqual } from 'node:crypto';
import { Audit } from '#gateway/identity/audit/audit';
import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { boundedLru } from '#libs/cache';
import { GatewayError } from '#libs/errors';
import type { Caller, Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type ApiKey, apiKeyIdIn, hashOfKey, newApiKey } from './api-key.ts';
import { type ApiKeyChanges, ApiKeyStore } from './api-key-store.ts';

/** How long a verified key is cached, in milliseconds. */
const BELIEVED_MS = 5_000;
const MAX_BELIEVED = 10_000;
/** The minimum interval between updates of a key's last use, in milliseconds. */
const NOTED_MS = 60_000;

/** The properties of a new key. */
export type NewApiKey = Pick<ApiKey, 'name' | 'scopes' | 'rateLimit' | 'userId' | 'expiresAt'>;

/** A new key with its secret, which is not stored and cannot be shown again. */
export interface MadeApiKey {
  apiKey: ApiKey;
  key: string;
}

/** Creates, replaces, verifies and revokes partners' API keys. */
@Injectable()
export class ApiKeys {
  private readonly believed = new LRUCache<string, ApiKey>({ ...boundedLru(MAX_BELIEVED), ttl: BELIEVED_MS });

  constructor(
    private readonly store: ApiKeyStore,
    private readonly ends: SessionEnds,
    private readonly audit: Audit,
  ) {}

  /** Creates a key. */
  async create(context: Context, given: NewApiKey): Promise<MadeApiKey> {
    const { id, key } = newApiKey();
    const apiKey: ApiKey = { ...given, id, createdAt: Date.now(), hash: hashOfKey(key) };
    await this.store.create(apiKey);
    this.audit.write(context, 'api-key.created', { userId: context.caller.id, keyId: id });
    return { apiKey, key };
  }

  /**
   * Creates a replacement with the same rights. The old key expires after an overlap in which both are valid.
   * @param given the rate limit of the new key, and its life in milliseconds; by default, those of the old one
   * @throws {GatewayError} NOT_FOUND; CONFLICT if it is already being replaced
   */
  async replace(
    context: Context,
    id: string,
    overlapMs: number,
    given: { rateLimit?: ApiKey['rateLimit']; lifeMs?: number } = {},
  ): Promise<MadeApiKey> {
    const before = await this.store.get(id);
    if (!before) throw new GatewayError('NOT_FOUND', { detail: 'There is no such key.' });
    if (before.replacedBy !== undefined) throw isReplaced(before.replacedBy);
    const { name, scopes, userId } = before;
    const limit = given.rateLimit ?? before.rateLimit;
    const lifeMs = given.lifeMs ?? (before.expiresAt ?? Infinity) - before.createdAt;
    const made = await this.create(context, {
      name,
      scopes,
      ...(limit && { rateLimit: limit }),
      ...(userId === undefined ? {} : { userId }),
      ...(lifeMs === Infinity ? {} : { expiresAt: Date.now() + lifeMs }),
    });
    const replacedBy = made.apiKey.id;
    const expiresAt = Math.min(before.expiresAt ?? Infinity, Date.now() + overlapMs);
    if (!(await this.store.change(id, { expiresAt, replacedBy }))) {
      await this.end(context, replacedBy);
      throw isReplaced((await this.store.get(id))?.replacedBy);
    }
    this.believed.clear();
    return made;
  }

  /**
   * Changes the name or the rate limit of a key; null removes its limit. Other gateways use the old limit for at most 5 seconds.
   * @returns the changed key; undefined if there is none
   */
  async change(context: Context, id: string, changes: Pick<ApiKeyChanges, 'name' | 'rateLimit'>) {
    if (!(await this.store.change(id, changes))) return undefined;
    this.believed.clear();
    this.audit.write(context, 'api-key.changed', { userId: context.caller.id, keyId: id });
    return this.store.get(id);
  }

  /** A valid key, by its id. */
  withId(id: string): Promise<ApiKey | undefined> {
    return this.store.get(id);
  }

  /** All valid keys, oldest first. */
  all(): Promise<ApiKey[]> {
    return this.store.all();
  }

  /** Revokes a key, and ends its streams and sockets at every gateway. @returns whether it existed */
  async end(context: Context, id: string): Promise<boolean> {
    const wasThere = await this.store.end(id);
    if (!wasThere) return false;
    this.believed.clear();
    this.audit.write(context, 'api-key.ended', { userId: context.caller.id, keyId: id });
    await this.ends.add(sessionOf(id), 'revoked');
    return true;
  }

  /** Revokes all keys that act as a user. */
  async endOf(context: Context, userId: string): Promise<void> {
    for (const key of await this.store.all()) if (key.userId === userId) await this.end(context, key.id);
  }

  /** The caller of a key; undefined if the key is not valid. @throws {GatewayError} OVERLOADED */
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
    // Not awaited: if it fails, a later request updates it.
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

const isReplaced = (by: string | undefined) =>
  new GatewayError('CONFLICT', { detail: `${by ? `The key ${by}` : 'Another key'} already replaces it.` });

/** The session name that publishes the end of a key; no session has such an id. */
const sessionOf = (id: string): string => `api-key ${id}`;
