import type { UpstreamReport } from '#libs/upstream';
import type { Client } from '#test/support/client';
import request from 'supertest';

/** The URL of the admin port. */
interface Reachable {
  gateway: { adminUrl: string };
}

/** The state of an upstream. */
export type UpstreamState = UpstreamReport & {
  targets: string[];
  transport?: Record<string, number>;
  addresses: {
    address: string;
    inFlight: number;
    failuresInARow: number;
    isEjected: boolean;
    isConnected?: boolean;
    connections?: { state: string; calls?: number; ageSeconds?: number }[];
  }[];
};

/** The response of `GET /admin/upstreams` to an admin. */
export async function reportOf({ gateway }: Reachable, { token }: Client): Promise<UpstreamState[]> {
  const { body } = await request(gateway.adminUrl).get('/admin/upstreams').set('authorization', `Bearer ${token}`);
  return (body as { upstreams: UpstreamState[] }).upstreams;
}

/** The state of a method's breaker. */
export async function breakerOf(at: Reachable, admin: Client, name: string) {
  const methods = (await reportOf(at, admin)).flatMap((upstream) => upstream.methods);
  return methods.find(({ method }) => method === name)!.breaker;
}
