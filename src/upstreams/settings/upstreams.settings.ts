import { secret } from '#libs/process';
import { z } from 'zod';

/**
 * The upstreams and their default addresses, one line each: `http://…` for REST, `host:port` for gRPC. `NAME_URL` sets the
 * address.
 */
export const upstreams = {
  users: 'http://127.0.0.1:3001',
  orders: '127.0.0.1:3002',
  products: '127.0.0.1:3003',
  reviews: 'http://127.0.0.1:3004',
  assistant: 'http://127.0.0.1:3005',
} as const;

/** Other settings of adapters. */
export const upstreamSettings = {
  ASSISTANT_API_KEY: secret(z.string().optional()),
  ASSISTANT_MODEL: z.string().default('gpt-4o-mini'),
};
