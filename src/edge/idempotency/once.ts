import { randomUUID } from 'node:crypto';
import { GatewayError } from '#libs/errors';
import type { Logger } from '#libs/observe';
import type { Context, DetachedWork } from '#libs/upstream';
import { fingerprint } from './fingerprint.ts';
import type { IdempotencyKeys } from './idempotency-keys.ts';

/** What is stored for a key: while it is in flight who has it, then the answer. */
interface Entry {
  question: string;
  owner?: string;
  answer?: unknown;
}

/** Does what a caller asks for with an idempotency key once, whichever door it comes through. */
export class Once {
  constructor(
    private readonly keys: IdempotencyKeys,
    private readonly work: DetachedWork,
    private readonly logger: Logger,
  ) {}

  /**
   * Answers with what `body` does, or did before for the same caller, key and question; without a key it is done
   * each time. What fails is done again; while the store of keys cannot be reached, all is.
   * @param body is told a request id, for services that do what they are asked once for each: the same for the same
   * caller and key. Its answer is JSON.
   * @throws {GatewayError} IDEMPOTENCY_MISMATCH for another question, IDEMPOTENCY_IN_FLIGHT; and what `body` throws
   */
  run<T>(
    { caller }: Context,
    key: string | null | undefined,
    question: unknown,
    body: (requestId: string) => Promise<T>,
  ): Promise<T> {
    if (key === null || key === undefined) return body(randomUUID());
    const id = fingerprint([caller.id, key]);
    // A stop waits for it, so that the answer of what was done is kept.
    return this.work.track(this.once(id, fingerprint(question), () => body(id)));
  }

  private async once<T>(id: string, question: string, body: () => Promise<T>): Promise<T> {
    const mark = JSON.stringify({ question, owner: randomUUID() } satisfies Entry);
    let isReached = true;
    const held = await this.keys.claim(id, mark).catch((error: unknown) => {
      isReached = false;
      this.logger.warn({ err: error }, 'idempotency keys cannot be reached');
    });
    if (held) return replay<T>(JSON.parse(held) as Entry, question);
    // A store that was late once is not waited for again: it may have claimed the key all the same.
    const told = (call: Promise<void>) => (isReached ? call.catch(this.warn) : void call.catch(() => undefined));
    try {
      const answer = await body();
      await told(this.keys.keep(id, mark, JSON.stringify({ question, answer } satisfies Entry)));
      return answer;
    } catch (error) {
      await told(this.keys.free(id, mark));
      throw error;
    }
  }

  private readonly warn = (error: unknown) => {
    this.logger.warn({ err: error }, 'an idempotency key stays in flight');
  };
}

/** What the client is told who uses a key again for another request. */
export function usedForAnother(): GatewayError {
  return new GatewayError('IDEMPOTENCY_MISMATCH', {
    detail: 'This idempotency key was used for another request.',
  });
}

function replay<T>(entry: Entry, question: string): T {
  if (entry.question !== question) throw usedForAnother();
  if (entry.owner === undefined) return entry.answer as T;
  throw new GatewayError('IDEMPOTENCY_IN_FLIGHT', {
    detail: 'A request with this idempotency key is being answered.',
    headers: { 'retry-after': '1' },
  });
}
