import type { GraphqlRequest } from './documents.ts';
import type { FuzzedGateway } from './fuzzed-gateway.ts';
import { bodyOf, outcomeIn } from './http-ways.ts';
import { codesIn, type Outcome, outcomeOfText } from './outcome.ts';
import type { Reference } from './reference.ts';
import { joined } from './socket-way.ts';
import type { Way } from './ways.ts';

/** Operations as server-sent events (graphql-sse, distinct connections): a query or a mutation is one event. */
export class Sse implements Way {
  readonly name = 'SSE';

  constructor(private readonly gateway: FuzzedGateway) {}

  takes(): boolean {
    return true;
  }

  async send(operation: GraphqlRequest): Promise<Outcome> {
    const answer = await this.gateway.post('/graphql', bodyOf(operation), { accept: 'text/event-stream' });
    if (answer.status !== 200 || answer.text.startsWith('{')) return refused(outcomeIn(answer));
    const events = eventsIn(answer.text);
    return operation.kind === 'subscription' ? joined(events) : events[0]!;
  }

  isCharged(): boolean {
    return true;
  }

  /** What is refused before there is a stream is one error, with its code. */
  expected({ outcome }: Reference, got: Outcome): Outcome {
    const isRefused = outcome.data === undefined && !got.errors.some((one) => one.startsWith('['));
    return isRefused ? refused(outcome) : outcome;
  }
}

const refused = (outcome: Outcome): Outcome => ({ data: undefined, errors: codesIn(outcome).slice(0, 1) });

function eventsIn(text: string): Outcome[] {
  return text.split('\n\n').flatMap((block) => {
    const lines = block.split('\n');
    if (!lines.includes('event: next')) return [];
    const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice('data: '.length));
    return [outcomeOfText(data.join('\n'))];
  });
}
