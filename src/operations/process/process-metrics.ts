import { performance } from 'node:perf_hooks';
import type { CollectedMetrics } from '#libs/metrics';
import { eventLoop } from '#libs/process';
import { Histogram, type Registry } from 'prom-client';
import heapSize from 'prom-client/lib/metrics/heapSizeAndUsed.js';
import heapSpaces from 'prom-client/lib/metrics/heapSpacesSizeAndUsed.js';
import memory from 'prom-client/lib/metrics/osMemoryHeap.js';
import cpu from 'prom-client/lib/metrics/processCpuTotal.js';
import handles from 'prom-client/lib/metrics/processHandles.js';
import maxFileDescriptors from 'prom-client/lib/metrics/processMaxFileDescriptors.js';
import fileDescriptors from 'prom-client/lib/metrics/processOpenFileDescriptors.js';
import requests from 'prom-client/lib/metrics/processRequests.js';
import resources from 'prom-client/lib/metrics/processResources.js';
import startTime from 'prom-client/lib/metrics/processStartTime.js';
import version from 'prom-client/lib/metrics/version.js';
import { COLLECTION_KINDS, observeCollections } from './garbage-collection.ts';

/** The metrics of prom-client that are taken as they are. */
const OF_PROM_CLIENT = [
  cpu,
  startTime,
  memory,
  fileDescriptors,
  maxFileDescriptors,
  resources,
  handles,
  requests,
  heapSize,
  heapSpaces,
  version,
];

/**
 * Gauges of prom-client that are named like counters; each is only the sum of another one, which has the same
 * values by type.
 */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** Upper bounds of event-loop delays and collections, in seconds. */
const PAUSES_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/**
 * Registers the metrics of the process: CPU, memory, heap spaces, garbage collections and the event loop.
 * @returns a function that ends the measuring
 */
export function exposeProcess(registry: Registry, metrics: CollectedMetrics): () => void {
  const registers = [registry];
  for (const register of OF_PROM_CLIENT) register(registry);
  for (const name of MISNAMED) registry.removeSingleMetric(name);

  const delays = new Histogram({
    name: 'nodejs_eventloop_delay_seconds',
    help: 'Delay of the event loop, sampled every 20 ms, which are subtracted; no scrape resets it.',
    buckets: PAUSES_SECONDS,
    registers,
  });
  metrics.gauge(
    {
      name: 'nodejs_eventloop_delay_max_seconds',
      help: 'The greatest delay of the event loop in the last minute.',
      aggregator: 'max',
    },
    () => (eventLoop.lastMinute().delayMs?.max ?? 0) / 1000,
  );
  metrics.counter(
    {
      name: 'nodejs_eventloop_time_seconds_total',
      help: 'Time of the event loop by state: active, or idle (waiting for events); utilisation is the active part.',
      labelNames: ['state'],
    },
    () => {
      const { active, idle } = performance.eventLoopUtilization();
      return [
        { labels: { state: 'active' }, value: active / 1000 },
        { labels: { state: 'idle' }, value: idle / 1000 },
      ];
    },
  );
  const pauses = new Histogram({
    name: 'nodejs_gc_duration_seconds',
    help: 'Pauses for garbage collection by kind: major, minor, incremental, weakcb or other.',
    labelNames: ['kind'],
    buckets: PAUSES_SECONDS,
    registers,
  });
  for (const kind of COLLECTION_KINDS) pauses.zero({ kind });

  const stopListening = eventLoop.listen((delayMs) => delays.observe(delayMs / 1000));
  const stopObserving = observeCollections((kind, seconds) => pauses.observe({ kind }, seconds));
  return () => {
    stopListening();
    stopObserving();
  };
}
