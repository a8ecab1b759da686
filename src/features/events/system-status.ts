import { hostname } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { Shedding } from '#gateway/edge/shedding/shedding';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { eventLoop, type LoopReader } from '#libs/process';
import { UpstreamClients } from '#libs/upstream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** The state of one process, since its last report or, for the first, since its start. */
export type SystemStatus = ReturnType<ReadSystemStatus['read']>;

/** Reads the state of this process for operators. */
@Injectable()
export class ReadSystemStatus implements OnApplicationShutdown {
  private cpu: NodeJS.CpuUsage | undefined;
  private readAt = performance.now() - process.uptime() * 1_000;
  private readonly loop: LoopReader = eventLoop.reader();

  constructor(
    private readonly clients: UpstreamClients,
    private readonly streams: OpenStreams,
    private readonly shedding: Shedding,
  ) {}

  /** The state since the last call. */
  read() {
    const now = performance.now();
    const total = process.cpuUsage();
    const { user, system } = process.cpuUsage(this.cpu);
    const elapsedMs = Math.max(1, now - this.readAt);
    const { utilization, delayMs } = this.loop.read();
    const { rss, heapUsed } = process.memoryUsage();
    const status = {
      gateway: `${hostname()}:${process.pid}`,
      uptimeSeconds: Math.round(process.uptime()),
      cpu: { cores: hundredths((user + system) / 1_000 / elapsedMs) },
      memory: { rssBytes: rss, heapUsedBytes: heapUsed, heapLimitBytes: getHeapStatistics().heap_size_limit },
      eventLoop: {
        utilization: hundredths(utilization),
        ...(delayMs && { p99DelayMs: hundredths(delayMs.p99), maxDelayMs: hundredths(delayMs.max) }),
      },
      breakers: this.breakers(),
      streams: this.openStreams(),
      requests: { inFlight: this.shedding.gate.inFlight, queued: this.shedding.gate.queued },
    };
    this.cpu = total;
    this.readAt = now;
    return status;
  }

  onApplicationShutdown(): void {
    this.loop.close();
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
