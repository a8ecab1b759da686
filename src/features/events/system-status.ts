import { hostname } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Shedding } from '#gateway/edge/shedding/shedding';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { UpstreamClients } from '#libs/upstream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** The resolution of the delay of the event loop, in milliseconds. */
const RESOLUTION_MS = 20;
/** The delay is measured for so long after the last reading, in milliseconds. */
const MEASURED_MS = 15_000;

/** The state of one process, since its last report or, for the first, since its start. */
export type SystemStatus = ReturnType<ReadSystemStatus['read']>;

/** Reads the state of this process for operators. */
@Injectable()
export class ReadSystemStatus implements OnApplicationShutdown {
  private cpu: NodeJS.CpuUsage | undefined;
  private readAt = performance.now() - process.uptime() * 1_000;
  private loop = performance.eventLoopUtilization();
  private delay: ReturnType<typeof monitorEventLoopDelay> | undefined;
  private unread: NodeJS.Timeout | undefined;

  constructor(
    private readonly clients: UpstreamClients,
    private readonly streams: OpenStreams,
    private readonly shedding: Shedding,
  ) {}

  /** The state since the last call. The delay of the event loop is measured from the first call on. */
  read() {
    const now = performance.now();
    const total = process.cpuUsage();
    const { user, system } = process.cpuUsage(this.cpu);
    const elapsedMs = Math.max(1, now - this.readAt);
    const loop = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(loop, this.loop);
    const { rss, heapUsed } = process.memoryUsage();
    const status = {
      gateway: `${hostname()}:${process.pid}`,
      uptimeSeconds: Math.round(process.uptime()),
      cpu: { cores: hundredths((user + system) / 1_000 / elapsedMs) },
      memory: { rssBytes: rss, heapUsedBytes: heapUsed, heapLimitBytes: getHeapStatistics().heap_size_limit },
      eventLoop: { utilization: hundredths(utilization), ...this.delays() },
      breakers: this.breakers(),
      streams: this.openStreams(),
      requests: { inFlight: this.shedding.gate.inFlight, queued: this.shedding.gate.queued },
    };
    this.cpu = total;
    this.readAt = now;
    this.loop = loop;
    return status;
  }

  onApplicationShutdown(): void {
    this.stopMeasuring();
  }

  private delays(): { p99DelayMs?: number; maxDelayMs?: number } {
    clearTimeout(this.unread);
    this.unread = setTimeout(() => this.stopMeasuring(), MEASURED_MS).unref();
    const { delay } = this;
    if (!delay) {
      this.delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      this.delay.enable();
      return {};
    }
    const ms = (ns: number) => hundredths(Math.max(0, ns / 1e6 - RESOLUTION_MS));
    const delays = delay.count ? { p99DelayMs: ms(delay.percentile(99)), maxDelayMs: ms(delay.max) } : {};
    delay.reset();
    return delays;
  }

  private stopMeasuring(): void {
    clearTimeout(this.unread);
    this.delay?.disable();
    this.delay = undefined;
  }

  /** The breakers that are not closed. */
  private breakers() {
    return this.clients.all().flatMap(({ upstream }) =>
      upstream
        .report()
        .methods.filter(({ breaker }) => breaker.state !== 'CLOSED')
        .map(({ method, breaker }) => ({ upstream: upstream.name, method, state: breaker.state })),
    );
  }

  private openStreams() {
    const { open, byRoute } = this.streams.report(0);
    return { open, byRoute };
  }
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;
