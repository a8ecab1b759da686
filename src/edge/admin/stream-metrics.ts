import type { OpenStreams } from '#gateway/edge/streams/open-streams';
import type { Orders } from '#gateway/upstreams/orders/orders.port';
import type { Spine, SpineReport } from '#libs/events';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Adds what Prometheus scrapes of streams and of the events behind them. */
export function exposeStreams(streams: OpenStreams, spine: Spine, orders: Orders, registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: 'streams_open',
    help: 'Streams that clients have open.',
    labelNames: ['route'],
    registers,
    collect() {
      this.reset();
      for (const { route } of streams.list()) this.inc({ route });
    },
  });
  new Counter({
    name: 'streams_ended_total',
    help: 'Streams that were ended here, by why.',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of streams.counts.ended) this.inc({ reason }, count);
    },
  });
  counter('streams_opened_total', 'Streams that were opened.', () => streams.counts.opened);
  counter('streams_refused_total', 'Streams that were too many.', () => streams.counts.refused);
  new Gauge({
    name: 'upstream_streams_open',
    help: 'Streams of upstreams that are open, each shared by all who follow it.',
    labelNames: ['upstream'],
    registers,
    collect() {
      this.set({ upstream: 'orders' }, orders.moves.size);
    },
  });
  counter('events_published_total', 'Events that were published here.', ofSpine('published'));
  counter('events_dropped_total', 'Events that were lost while Redis was away.', ofSpine('dropped'));
  gauge('events_waiting', 'Events that Redis has not taken yet.', ofSpine('waiting'));
  gauge('events_followers', 'Who follows topics here.', ofSpine('followers'));
  gauge(
    'events_lag_seconds',
    'How old the newest event was when it was heard here.',
    () => spine.report().lagMs / 1000,
  );

  function ofSpine(name: keyof SpineReport): () => number {
    return () => spine.report()[name];
  }

  function counter(name: string, help: string, of: () => number): void {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(of());
      },
    });
  }

  function gauge(name: string, help: string, of: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(of());
      },
    });
  }
}
