import type { GraphqlRequest } from './documents.ts';
import type { FuzzedGateway } from './fuzzed-gateway.ts';
import { bodyOf, outcomeIn } from './http-ways.ts';
import { SECRET } from './input-values.ts';
import type { Outcome } from './outcome.ts';
import type { Reference } from './reference.ts';
import type { Way } from './ways.ts';

/** A gateway in production answers the same, quotes no value that a client has sent, and suggests nothing. */
export class Production implements Way {
  readonly name = 'production';

  constructor(private readonly gateway: FuzzedGateway) {}

  /** Its schema cannot be asked for. */
  takes({ kind, query }: GraphqlRequest): boolean {
    return kind !== 'subscription' && !/__schema|__type\(/.test(query);
  }

  async send(operation: GraphqlRequest): Promise<Outcome> {
    const answer = await this.gateway.post('/graphql', bodyOf(operation));
    const outcome = outcomeIn(answer);
    const { errors } = JSON.parse(answer.text) as { errors?: object };
    const words = JSON.stringify(errors ?? []);
    const leaks = [SECRET, 'Did you mean'].filter((one) => words.includes(one)).map((one) => `said: ${one}`);
    return { ...outcome, errors: [...outcome.errors, ...leaks] };
  }

  /** By another gateway. */
  isCharged(): boolean {
    return false;
  }

  expected({ outcome }: Reference): Outcome {
    return outcome;
  }
}
