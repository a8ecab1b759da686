import type { UpstreamClient, Context } from '#libs/upstream';
import { UpstreamClients } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { Readiness } from './readiness.ts';

/** The time limit of a health check, in milliseconds. */
const PROBE_MS = 1_000;

/** The state of an upstream, as it reports it. */
export interface UpstreamHealth {
  name: string;
  state: 'READY' | 'NOT_READY' | 'UNREACHABLE';
  durationMs: number;
}

/** The health of the gateway and of its upstreams, for operators. */
@Injectable()
export class Health {
  constructor(
    private readonly upstreams: UpstreamClients,
    private readonly readiness: Readiness,
  ) {}

  /** Checks every upstream now, all in parallel. */
  async inDetail(context: Context): Promise<{ isReady: boolean; upstreams: UpstreamHealth[] }> {
    const upstreams = await Promise.all(this.upstreams.all().map((client) => probe(client, context)));
    return { isReady: this.readiness.isReady, upstreams };
  }
}

async function probe(client: UpstreamClient, context: Context): Promise<UpstreamHealth> {
  const itsOwn = context.detached(PROBE_MS);
  const state = await client.isReady(itsOwn).then(
    (isReady) => (isReady ? 'READY' : 'NOT_READY'),
    () => 'UNREACHABLE' as const,
  );
  const durationMs = Math.round(performance.now() - itsOwn.startedAt);
  itsOwn.end();
  return { name: client.upstream.name, state, durationMs };
}
