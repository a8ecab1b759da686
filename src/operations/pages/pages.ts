import { Metrics } from '#gateway/operations/metrics';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { LoopWatch } from './loop-watch.ts';
import type { MetricHistory } from './metric-history.ts';

/** Renders the pages from the state of the gateway. */
@Injectable()
export class Pages implements OnApplicationShutdown {
  private history: MetricHistory | undefined;
  private loop: LoopWatch | undefined;

  constructor(private readonly metrics: Metrics) {}

  /** Traffic, upstreams, cache and streams of all workers. */
  async overview(): Promise<string> {
    const [{ overviewOf }, { overviewPage }] = await Promise.all([
      import('./overview.ts'),
      import('./overview.page.ts'),
    ]);
    return overviewPage(overviewOf(await this.window()));
  }

  /** The event loop of this process. */
  async eventLoop(): Promise<string> {
    const [{ LoopWatch }, { eventLoopPage }] = await Promise.all([
      import('./loop-watch.ts'),
      import('./event-loop.page.ts'),
    ]);
    this.loop ??= new LoopWatch();
    const [report, window] = await Promise.all([this.loop.report(), this.window()]);
    return eventLoopPage(report, window);
  }

  onApplicationShutdown(): void {
    this.history?.drop();
    this.loop?.stop();
  }

  private async window() {
    const { MetricHistory } = await import('./metric-history.ts');
    this.history ??= new MetricHistory(() => this.metrics.expose('prometheus'));
    return this.history.window();
  }
}
