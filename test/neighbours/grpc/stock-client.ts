import type { AnswerStream } from '#libs/upstream';
import { Client, credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js';
import { callFailed, type CallOptions, type ClientOptions, type NeighbourClient } from './neighbour-client.ts';

/** grpc-js as it is used by its generated clients, which call just these two methods of `UpstreamClient`; all its defaults. */
export class StockClient implements NeighbourClient {
  readonly name = 'grpc-js';
  private readonly client: Client;

  /** @param address `host:port` */
  constructor(address: string, { keepaliveMs }: ClientOptions = {}) {
    const options = keepaliveMs === undefined ? {} : { 'grpc.keepalive_time_ms': keepaliveMs };
    this.client = new Client(address, credentials.createInsecure(), options);
  }

  unary<Question, Answer>(
    { path, requestSerialize, responseDeserialize }: MethodDefinition<Question, Answer>,
    question: Question,
    { timeoutMs = 3_000 }: CallOptions = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const deadline = Date.now() + timeoutMs;
      this.client.makeUnaryRequest(
        path,
        requestSerialize as (question: Question) => Buffer,
        responseDeserialize,
        question,
        new Metadata(),
        { deadline },
        (error, answer) => (error ? reject(callFailed(error)) : resolve(answer!)),
      );
    });
  }

  async stream<Question, Answer>(
    { path, requestSerialize, responseDeserialize }: MethodDefinition<Question, Answer>,
    question: Question,
  ): Promise<AnswerStream<Answer>> {
    const serialize = requestSerialize as (question: Question) => Buffer;
    const stream = this.client.makeServerStreamRequest(path, serialize, responseDeserialize, question);
    return {
      close: () => stream.cancel(),
      async *[Symbol.asyncIterator]() {
        try {
          for await (const one of stream) yield one as Answer;
        } catch (error) {
          throw callFailed(error);
        }
      },
    };
  }

  trippedBreakers(): string[] {
    return [];
  }

  async close(): Promise<void> {
    this.client.close();
  }
}
