import type { RealShop } from '#test/support/real-shop';
import { passed } from '#test/support/quiet-machine';

const POLL_MS = 10;

/** Polls an operator's job until it is as described; a gateway that is down is asked again. */
export async function untilJob<Job>(shop: RealShop, id: string, isSo: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const answer = await fetch(`${shop.url}/v1/jobs/${id}`, { headers: shop.access.admin }).catch(() => undefined);
    const job = answer?.ok ? ((await answer.json()) as Job) : undefined;
    if (job && isSo(job)) return job;
    await passed(POLL_MS);
  }
}
