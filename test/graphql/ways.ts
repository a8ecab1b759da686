import { hash } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** What a client asks with. */
export interface GraphqlRequest {
  query: string;
  variables?: unknown;
  operationName?: string;
}

/** An answer, by whatever transport: an event of a stream, a message of a socket, or a body. */
export interface Answer {
  /** 200 for what is no HTTP answer. */
  status: number;
  text: string;
  body: {
    data?: unknown;
    errors?: {
      message: string;
      path?: unknown;
      locations?: object[];
      extensions: { code: string; requestId: string };
    }[];
  };
}

export type Way = 'POST' | 'POST as GraphQL' | 'GET' | 'APQ' | 'QUERY' | 'SSE' | 'WebSocket';

/** Asks a gateway by each way that a document may come. */
export class Ways {
  constructor(
    private readonly url: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** @throws {TypeError} where the gateway does not answer with JSON */
  sendRequest(way: Way, request: GraphqlRequest): Promise<Answer> {
    switch (way) {
      case 'POST':
        return this.send('POST', request, 'application/json');
      case 'POST as GraphQL':
        return this.send('POST', request, 'application/graphql-response+json');
      case 'QUERY':
        return this.send('QUERY', request, 'application/graphql-response+json');
      case 'APQ':
        return this.send('POST', { ...request, extensions: persisted(request.query) }, 'application/json');
      case 'SSE':
        return this.send('POST', request, 'text/event-stream');
      case 'GET':
        return this.get(request);
      case 'WebSocket':
        return this.overSocket(request);
    }
  }

  /** Sends any body as JSON. */
  async send(method: string, body: unknown, accept: string): Promise<Answer> {
    const headers = { 'content-type': 'application/json', accept, ...this.headers };
    return answered(await fetch(`${this.url}/graphql`, { method, headers, body: JSON.stringify(body) }));
  }

  private async get({ query, variables, operationName }: GraphqlRequest): Promise<Answer> {
    const search = new URLSearchParams({ query });
    if (variables !== undefined) search.set('variables', JSON.stringify(variables));
    if (operationName) search.set('operationName', operationName);
    return answered(await fetch(`${this.url}/graphql?${search}`, { headers: this.headers }));
  }

  private async overSocket(request: GraphqlRequest): Promise<Answer> {
    const client = createClient({
      url: `${this.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: this.headers,
    });
    try {
      for await (const body of client.iterate(request as never)) return message(body as Answer['body']);
      throw new Error('no answer');
    } catch (errors) {
      if (!Array.isArray(errors)) throw errors;
      return message({ errors: errors as Answer['body']['errors'] });
    } finally {
      await client.dispose();
    }
  }
}

async function answered(response: Response): Promise<Answer> {
  const text = await response.text();
  const event = /^data: ?(\{.*)$/m.exec(text)?.[1];
  return { status: response.status, text, body: JSON.parse(event ?? text) as Answer['body'] };
}

const message = (body: Answer['body']): Answer => ({ status: 200, text: JSON.stringify(body), body });

const persisted = (query: string) => ({ persistedQuery: { version: 1, sha256Hash: hash('sha256', query) } });
