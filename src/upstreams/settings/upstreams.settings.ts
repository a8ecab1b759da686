import { z } from 'zod';

/**
 * Whom the gateway asks, one line each, and where that is by default: `http://…` is asked over REST, `host:port` over gRPC.
 * The addresses are set by `NAME_URL`.
 */
export const upstreams = {
  users: 'http://127.0.0.1:3001',
  orders: '127.0.0.1:3002',
  products: '127.0.0.1:3003',
  reviews: 'http://127.0.0.1:3004',
  assistant: 'http://127.0.0.1:3005',
} as const;

/** What else adapters are set up with. */
export const upstreamSettings = {
  ASSISTANT_API_KEY: z.string().optional(),
  ASSISTANT_MODEL: z.string().default('gpt-4o-mini'),
};
