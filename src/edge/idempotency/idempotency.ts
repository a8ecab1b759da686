import { randomUUID } from 'node:crypto';
import { GatewayError } from '#libs/errors';
import type { Logger } from '#libs/observe';
import type { Context, DetachedWork } from '#libs/upstream';
import { fingerprint } from './fingerprint.ts';
import type { IdempotencyKeys } from './idempotency-keys.ts';

/** The stored value of a key: its owner while the request is in flight, then the answer. */
interface IdempotencyRecord {
  question: string;
  owner?: string;
  answer?: unknown;
}

/** Runs a request with an idempotency key once, over whichever transport it comes. */
export class Idempotency {
  constructor(
    private readonly keys: IdempotencyKeys,
    private readonly work: DetachedWork,
    private readonly logger: Logger,
  ) {}

  /**
   * Runs `body`, or returns its stored answer for the same caller, key and request. Without a key it runs each
   * time. A failure is not stored; while the store cannot be reached, every request runs.
   * @param body receives a request id, the same for the same caller and key, for services that deduplicate by it.
   * Its answer must be JSON.
   * @throws {GatewayError} IDEMPOTENCY_MISMATCH if the key was used for another request, IDEMPOTENCY_IN_FLIGHT;
   * and what `body` throws
   */
  run<T>(
    { caller }: Context,
    key: string | null | undefined,
    question: unknown,
    body: (requestId: string) => Promise<T>,
  ): Promise<T> {
    if (key === null || key === undefined) return body(randomUUID());
    const id = fingerprint([caller.id, key]);
    // Shutdown waits for it, so that the answer is stored.
    return this.work.track(this.attempt(id, fingerprint(question), () => body(id)));
  }

  private async attempt<T>(id: string, question: string, body: () => Promise<T>): Promise<T> {
    const mark = JSON.stringify({ question, owner: randomUUID() } satisfies IdempotencyRecord);
    let isReached = true;
    const held = await this.keys.claim(id, mark).catch((error: unknown) => {
      isReached = false;
      this.logger.warn({ err: error }, 'idempotency keys cannot be reached');
    });
    if (held) return replay<T>(JSON.parse(held) as IdempotencyRecord, question);
    // After a first failure the request no longer waits for the store, which may have claimed the key all the
    // same.
    const stored = (call: Promise<void>) => (isReached ? call.catch(this.warn) : void call.catch(() => undefined));
    try {
      const answer = await body();
      await stored(this.keys.keep(id, mark, JSON.stringify({ question, answer } satisfies IdempotencyRecord)));
      return answer;
    } catch (error) {
      await stored(this.keys.free(id, mark));
      throw error;
    }
  }

  private readonly warn = (error: unknown) => {
    this.logger.warn({ err: error }, 'an idempotency key stays in flight');
  };
}

/** The error for a key that was used for another request. */
export function usedForAnother(): GatewayError {
  return new GatewayError('IDEMPOTENCY_MISMATCH', {
    detail: 'This idempotency key was used for another request.',
  });
}

function replay<T>(entry: IdempotencyRecord, question: string): T {
  if (entry.question !== question) throw usedForAnother();
  if (entry.owner === undefined) return entry.answer as T;
  throw new GatewayError('IDEMPOTENCY_IN_FLIGHT', {
    detail: 'A request with this idempotency key is in flight.',
  });
}
