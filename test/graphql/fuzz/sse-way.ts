import type { GraphqlRequest } from './documents.ts';
import type { FuzzedGateway } from './fuzzed-gateway.ts';
import { bodyOf, outcomeIn } from './http-ways.ts';
import { type Body, codesIn, type Outcome, outcomeOf } from './outcome.ts';
import type { Reference } from './reference.ts';
import { joined } from './socket-way.ts';
import type { Way } from './ways.ts';

/** Subscriptions as server-sent events (graphql-sse, distinct connections). */
export class Sse implements Way {
  readonly name = 'SSE';

  constructor(private readonly gateway: FuzzedGateway) {}

  takes({ kind }: GraphqlRequest): boolean {
    return kind === 'subscription';
  }

  async send(operation: GraphqlRequest): Promise<Outcome> {
    const answer = await this.gateway.post('/graphql', bodyOf(operation), { accept: 'text/event-stream' });
    if (answer.status !== 200 || answer.text.startsWith('{')) return refused(outcomeIn(answer));
    return joined(eventsIn(answer.text));
  }

  isCharged(): boolean {
    return false;
  }

  /** What is refused before there is a stream is one error, with its code. */
  expected({ outcome, isValid }: Reference): Outcome {
    return isValid ? outcome : refused(outcome);
  }
}

const refused = (outcome: Outcome): Outcome => ({ data: undefined, errors: codesIn(outcome).slice(0, 1) });

function eventsIn(text: string): Outcome[] {
  return text.split('\n\n').flatMap((block) => {
    const lines = block.split('\n');
    if (!lines.includes('event: next')) return [];
    const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice('data: '.length));
    return [outcomeOf(JSON.parse(data.join('\n')) as Body)];
  });
}
