import type { Limiter } from '#gateway/edge/limits/limiter';
import { Counter, type Registry } from 'prom-client';

/** Adds what Prometheus scrapes of the limits: what each let through and refused, and what that cost. */
export function exposeLimits(limiter: Limiter, registry: Registry): void {
  const registers = [registry];
  new Counter({
    name: 'limits_requests_total',
    help: 'Requests by policy and by what became of them: accepted or limited.',
    labelNames: ['policy', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [policy, { accepted, limited }] of limiter.counts) {
        this.inc({ policy, outcome: 'accepted' }, accepted);
        this.inc({ policy, outcome: 'limited' }, limited);
      }
    },
  });
  new Counter({
    name: 'limits_cost_total',
    help: 'What was let through cost so much in all.',
    labelNames: ['policy'],
    registers,
    collect() {
      this.reset();
      for (const [policy, { cost }] of limiter.counts) this.inc({ policy }, Math.max(0, cost));
    },
  });
}
