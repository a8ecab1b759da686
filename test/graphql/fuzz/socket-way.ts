import { type Client, createClient, type SubscribePayload } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GraphqlRequest } from './documents.ts';
import type { FuzzedGateway } from './fuzzed-gateway.ts';
import { bodyOf } from './http-ways.ts';
import { type Body, type Outcome, outcomeOf, outcomesOf } from './outcome.ts';
import type { Reference } from './reference.ts';
import type { Way } from './ways.ts';

/** So many operations go over a connection: its frames are limited. */
const MAX_OPERATIONS = 60;

/** The protocol graphql-transport-ws. */
export class Socket implements Way {
  readonly name: Way['name'] = 'WebSocket';
  private client: Client | undefined;
  private operations = 0;

  constructor(protected readonly gateway: FuzzedGateway) {}

  takes(_operation: GraphqlRequest, _reference: Reference): boolean {
    return true;
  }

  async send(operation: GraphqlRequest): Promise<Outcome> {
    if (this.operations >= MAX_OPERATIONS) await this.close();
    this.operations += 1;
    const client = (this.client ??= this.connected());
    return new Promise((resolve, reject) => {
      const outcomes: Outcome[] = [];
      client.subscribe(this.payloadOf(operation), {
        next: (result) => void outcomes.push(outcomeOf(result as Body)),
        error: (errors) => {
          if (Array.isArray(errors)) resolve(outcomeOf({ errors: errors as Body['errors'] }));
          else reject(new Error('the socket failed', { cause: errors }));
        },
        complete: () => resolve(operation.kind === 'subscription' ? joined(outcomes) : outcomes[0]!),
      });
    });
  }

  expected({ outcome }: Reference): Outcome {
    return outcome;
  }

  isCharged(): boolean {
    return true;
  }

  async close(): Promise<void> {
    await this.client?.dispose();
    this.client = undefined;
    this.operations = 0;
  }

  protected payloadOf(operation: GraphqlRequest): SubscribePayload {
    return bodyOf(operation);
  }

  private connected(): Client {
    return createClient({
      url: `${this.gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      onNonLazyError: () => {},
      lazy: false,
      retryAttempts: 0,
      connectionParams: this.gateway.headers,
    });
  }
}

/** The same by the id of a trusted operation, whose text is empty, as the client library requires. */
export class SocketById extends Socket {
  override readonly name = 'id over WebSocket';
  private id = '';

  override takes({ operationName }: GraphqlRequest, { isValid }: Reference): boolean {
    return isValid && operationName === undefined;
  }

  begin({ query }: GraphqlRequest): void {
    this.id = this.gateway.trust(query);
  }

  protected override payloadOf({ variables }: GraphqlRequest): SubscribePayload {
    return { documentId: this.id, query: '', variables } as SubscribePayload;
  }
}

/** What a subscription has told: one that could not begin says so in its only result, without data. */
export const joined = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.length === 1 && outcomes[0]!.data === undefined ? outcomes[0]! : outcomesOf(outcomes);
