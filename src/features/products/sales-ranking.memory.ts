import { JobQueue } from '#libs/jobs';
import { type Ranking, SalesRanking } from './sales-ranking.ts';
import { BEST_SELLERS } from './best-sellers.ts';

/** Keeps the ranking in this process. At its start it is that of the last job, which the queue keeps. */
export class SalesRankingMemory extends SalesRanking {
  private current: Ranking | undefined;

  constructor(private readonly queue: JobQueue) {
    super();
  }

  override async replace(ranking: Ranking): Promise<void> {
    this.current = ranking;
  }

  override async top(first: number): Promise<Ranking | undefined> {
    this.current ??= await this.ofLastJob();
    const { current } = this;
    return current && { ...current, products: current.products.slice(0, first) };
  }

  private async ofLastJob(): Promise<Ranking | undefined> {
    const [last] = await this.queue.list({ kind: BEST_SELLERS, state: 'COMPLETED', limit: 1 });
    return last?.result as Ranking | undefined;
  }
}
