import type { JobListRequest } from '#gateway/operations/jobs/job-list-query';
import { JobOperations } from '#gateway/operations/jobs/job-operations';
import { LoopBlocks } from '#gateway/operations/loop-blocks/loop-blocks';
import { Metrics } from '#gateway/operations/metrics';
import { RecentRequests, type RequestListKind } from '#gateway/operations/requests/recent-requests';
import { requestsFound } from '#gateway/operations/requests/request-input';
import { RequestSearch } from '#gateway/operations/requests/request-search';
import { UsageReports } from '#gateway/operations/usage/usage-reports';
import { WorkerReports } from '#gateway/operations/workers/worker-reports';
import { eventLoop } from '#libs/process';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { MetricHistory } from './metric-history.ts';

/** Renders the pages from the state of the gateway. */
@Injectable()
export class Pages implements OnApplicationShutdown {
  private history: MetricHistory | undefined;

  constructor(
    private readonly metrics: Metrics,
    private readonly blocks: LoopBlocks,
    private readonly recent: RecentRequests,
    private readonly search: RequestSearch,
    private readonly jobOperations: JobOperations,
    private readonly usageReports: UsageReports,
    private readonly workerReports: WorkerReports,
  ) {}

  /** Traffic, upstreams, cache and streams of all workers. */
  async overview(): Promise<string> {
    const [{ overviewOf }, { overviewPage }] = await Promise.all([
      import('./overview.ts'),
      import('./overview.page.ts'),
    ]);
    return overviewPage(overviewOf(await this.window()), this.workerReports);
  }

  /** The event loop of this process. */
  async eventLoop(): Promise<string> {
    const { eventLoopPage } = await import('./event-loop.page.ts');
    return eventLoopPage(eventLoop.lastMinute(), await this.window(), this.blocks.list());
  }

  /** Recent requests of all processes. */
  async requests(kind: RequestListKind, minutes: number): Promise<string> {
    const { requestsPage } = await import('./requests.page.ts');
    const found = await this.search.list(kind, minutes);
    return requestsPage({ kind, minutes, found, memory: this.recent.memory });
  }

  /** The requests with a request id or trace id. @throws {GatewayError} NOT_FOUND */
  async request(id: string): Promise<string> {
    const { requestPage } = await import('./request.page.ts');
    return requestPage(id, requestsFound(await this.search.withId(id)));
  }

  /** The jobs of all processes. @throws {GatewayError} OVERLOADED if Redis, which keeps them, cannot be reached */
  async jobs(request: JobListRequest): Promise<string> {
    const { jobsPage } = await import('./jobs.page.ts');
    return jobsPage({ request, ...(await this.jobOperations.report(request)) });
  }

  /** Who calls which GraphQL operations. @throws {GatewayError} OVERLOADED if Redis, which keeps it, cannot be reached */
  async usage(days: readonly string[]): Promise<string> {
    const { usagePage } = await import('./usage.page.ts');
    return usagePage(await this.usageReports.on(days));
  }

  onApplicationShutdown(): void {
    this.history?.drop();
  }

  private async window() {
    const { MetricHistory } = await import('./metric-history.ts');
    this.history ??= new MetricHistory(() => this.metrics.expose('prometheus'));
    return this.history.window();
  }
}
