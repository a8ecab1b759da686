import type { Limiter } from '#gateway/edge/limits/limiter';
import type { Shedding } from '#gateway/edge/shedding/shedding';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Adds what Prometheus scrapes of the limits: what each let through and refused, and what that cost. */
export function exposeLimits(limiter: Limiter, shedding: Shedding, registry: Registry): void {
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
  new Counter({
    name: 'shedding_requests_total',
    help: 'Requests by priority and by what became of them: accepted, queued before that, or shed.',
    labelNames: ['priority', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [priority, counts] of Object.entries(shedding.report().byPriority)) {
        for (const [outcome, count] of Object.entries(counts)) this.inc({ priority, outcome }, count);
      }
    },
  });
  gauge('shedding_limit', 'How many requests may be in flight now.', ({ limit }) => limit);
  gauge('shedding_in_flight', 'How many requests are in flight.', ({ inFlight }) => inFlight);
  gauge('shedding_queued', 'How many requests wait to be let in.', ({ queued }) => queued);

  function gauge(name: string, help: string, of: (report: ReturnType<Shedding['report']>) => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(of(shedding.report()));
      },
    });
  }
}
