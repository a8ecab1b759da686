import { Jobs } from '#gateway/jobs/jobs';
import { nextTick } from '#gateway/jobs/schedule';
import type { Context } from '#libs/upstream';
import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DIGEST_TIME, SendOrderDigest } from './send-order-digest.ts';

/** Plans digests of orders. */
@Injectable()
export class OrderDigests {
  constructor(
    private readonly jobs: Jobs,
    @Inject(PinoLogger) private readonly logger: Pick<PinoLogger, 'warn'>,
  ) {}

  /** Plans the caller's next digest, which is one however often this is called before. No request waits for it, or fails with it. */
  plan(context: Context, now = Date.now()): void {
    const until = nextTick(DIGEST_TIME, now);
    const input = { until: new Date(until).toISOString() };
    this.jobs
      .add(context, SendOrderDigest, input, { idempotencyKey: input.until, delayMs: until - now })
      .catch((error: unknown) => this.logger.warn({ err: error }, 'digest not planned'));
  }
}
