import { Scopes } from '#gateway/declare/access';
import { Uncompressed } from '#gateway/declare/uncompressed';
import { RequestContext } from '#gateway/declare/request-context';
import { Limited } from '#gateway/declare/limited';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { check } from '#libs/view';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import type { ApiKey } from './api-key.ts';
import { ApiKeys, type MadeApiKey } from './api-keys.ts';

const MAX_DAYS = 3_650;
const DAY_MS = 86_400_000;
const MAX_OVERLAP_SECONDS = 30 * 86_400;
const BY_DEFAULT_OVERLAP_SECONDS = 86_400;
const MAX_LIMIT = 9_999_999;
const MAX_WINDOW_SECONDS = 86_400;

const scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/, 'Must be a scope (RFC 6749, section 3.3)')
  // A key with this scope could create others.
  .refine((word) => word !== 'admin', 'A key cannot have the scope admin');

const name = z.string().min(1).max(100);
const rateLimit = z.strictObject({
  limit: z.int().min(1).max(MAX_LIMIT),
  windowSeconds: z.int().min(1).max(MAX_WINDOW_SECONDS),
});

/** The request body for a new key, or for the replacement of another. */
const creation = z.strictObject({
  name: name.optional(),
  scopes: z.array(scope).min(1).max(50).optional(),
  rateLimit: rateLimit.optional(),
  userId: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'Must be the id of a user')
    .optional(),
  expiresInDays: z.int().min(1).max(MAX_DAYS).optional(),
  replaces: z.string().max(64).optional(),
  overlapSeconds: z.int().min(0).max(MAX_OVERLAP_SECONDS).optional(),
});

/** The merge patch of a key (RFC 7396). Rights are not changed: a key with others is another key. */
const changes = z.strictObject({ name: name.optional(), rateLimit: rateLimit.nullable().optional() });

/** Lets operators manage partners' API keys. A key is shown only once, when it is created. */
@Limited({ isFree: true })
@Uncompressed()
@ApiExcludeController()
@Controller({ path: 'admin/api-keys', version: VERSION_NEUTRAL })
export class ApiKeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Scopes('admin')
  @Get()
  async list() {
    return { apiKeys: (await this.keys.all()).map(toApiKeyView) };
  }

  @Scopes('admin')
  @Post()
  @HttpCode(201)
  async create(@RequestContext() context: Context, @Body() body: unknown) {
    const { apiKey, key } = await this.made(context, check(creation, body));
    return { ...toApiKeyView(apiKey), key };
  }

  @Scopes('admin')
  @Patch(':id')
  async change(@RequestContext() context: Context, @Param('id') id: string, @Body() body: unknown) {
    const { name: newName, rateLimit: limit } = check(changes, body);
    const changed = await this.keys.change(context, id, {
      ...(newName === undefined ? {} : { name: newName }),
      ...(limit === undefined ? {} : { rateLimit: limit && storedLimit(limit) }),
    });
    if (!changed) throw notFound();
    return toApiKeyView(changed);
  }

  @Scopes('admin')
  @Delete(':id')
  @HttpCode(204)
  async end(@RequestContext() context: Context, @Param('id') id: string) {
    if (!(await this.keys.end(context, id))) throw notFound();
  }

  private made(context: Context, creationInput: z.infer<typeof creation>): Promise<MadeApiKey> {
    const { replaces, overlapSeconds, scopes, userId, expiresInDays } = creationInput;
    const { name: given, rateLimit: limit } = creationInput;
    const rate = limit && storedLimit(limit);
    const lifeMs = expiresInDays === undefined ? undefined : expiresInDays * DAY_MS;
    const own = Object.entries({ name: given, scopes, userId }).filter(([, value]) => value !== undefined);
    if (replaces !== undefined) {
      refuse(
        own.map(([field]) => field),
        'Cannot be set with replaces: it is taken from the replaced key',
      );
      const overlapMs = (overlapSeconds ?? BY_DEFAULT_OVERLAP_SECONDS) * 1000;
      return this.keys.replace(context, replaces, overlapMs, {
        ...(rate && { rateLimit: rate }),
        ...(lifeMs && { lifeMs }),
      });
    }
    refuse(overlapSeconds === undefined ? [] : ['overlapSeconds'], 'Requires replaces');
    if (given === undefined || scopes === undefined) throw missing({ name: given, scopes });
    return this.keys.create(context, {
      name: given,
      scopes: [...new Set(scopes)],
      ...(rate && { rateLimit: rate }),
      ...(userId === undefined ? {} : { userId }),
      ...(lifeMs && { expiresAt: Date.now() + lifeMs }),
    });
  }
}

const storedLimit = ({ limit, windowSeconds }: z.infer<typeof rateLimit>) => ({
  limit,
  windowMs: windowSeconds * 1000,
});

const notFound = () => new GatewayError('NOT_FOUND', { detail: 'There is no such key.' });

function refuse(fields: string[], message: string): void {
  if (!fields.length) return;
  const errors = fields.map((field) => ({ field, message }));
  throw new GatewayError('BAD_REQUEST', { detail: 'The request has fields that exclude each other.', errors });
}

function missing(fields: Record<string, unknown>): GatewayError {
  const errors = Object.entries(fields)
    .filter(([, value]) => value === undefined)
    .map(([field]) => ({ field, message: 'Is required' }));
  return new GatewayError('BAD_REQUEST', { detail: 'The request lacks fields.', errors });
}

const at = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString());

const toApiKeyView = (key: ApiKey) => ({
  id: key.id,
  name: key.name,
  scopes: key.scopes,
  rateLimit: key.rateLimit ? { limit: key.rateLimit.limit, windowSeconds: key.rateLimit.windowMs / 1000 } : null,
  userId: key.userId ?? null,
  createdAt: at(key.createdAt),
  expiresAt: at(key.expiresAt),
  lastUsedAt: at(key.lastUsedAt),
  replacedBy: key.replacedBy ?? null,
});
