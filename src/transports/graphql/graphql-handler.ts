import { Config } from '#gateway/config/config';
import { answerTypeFor, isGraphqlType } from '#gateway/edge/errors/answer-type';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult } from 'graphql';
import { Apollo } from './apollo-server.ts';
import { SERVER_SENT_EVENTS } from '#gateway/transports/sse/event-stream';
import type { GraphqlOperation } from './operation/graphql-operation.ts';
import { recorded } from './operation/operation-span.ts';
import { ErrorFormat } from './errors/format-error.ts';
import { OperationRunner, type WrittenAnswer } from './run/operation-runner.ts';
import { SseHandler } from './subscriptions/sse-handler.ts';

/** The status of a partial response, defined by GraphQL over HTTP for its own media type only. */
const PARTIAL_SUCCESS = 294;

/** Answers `/graphql` over HTTP. Earlier stages have resolved the operation and reserved its cost. */
@Injectable()
export class GraphqlHandler {
  constructor(
    private readonly runner: OperationRunner,
    private readonly apollo: Apollo,
    private readonly sse: SseHandler,
    private readonly errors: ErrorFormat,
    private readonly config: Config,
  ) {}

  /** Runs the operation of a request and sends its response. @throws {GatewayError} for an operation refused before it runs */
  async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const operation = request.operation!;
    return recorded(operation, request.context, () => this.run(operation, request, reply));
  }

  private async run(
    operation: GraphqlOperation,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { context, variables } = request;
    this.runner.admit(operation, context);
    if (operation.node.operation === 'subscription') {
      await this.sse.open(operation, variables, request, reply);
      return reply;
    }
    const written = await this.runner.write(operation, variables, { context, request, reply });
    if (written && 'text' in written) return this.sendText(textOf(written), request, reply);
    if (written) return this.send(written, request, reply, () => JSON.stringify(this.published(written)));
    const { text, result } = await this.apollo.answer({ operation, variables, request, reply });
    return this.send(result, request, reply, () => text);
  }

  /** Sends a result. @throws {DocumentRefused} for a result without `data`, whose variables do not fit */
  private send(
    { data, errors }: ExecutionResult,
    request: FastifyRequest,
    reply: FastifyReply,
    text: () => string,
  ): FastifyReply {
    if (data === undefined) throw this.errors.refusal(errors!);
    if (errors && isGraphqlType(answerTypeFor(request.headers.accept) ?? '')) this.bePartial(request, reply);
    return this.sendText(text(), request, reply);
  }

  /** Sends a response as JSON, or as events to a client that takes no JSON: one of GraphQL over SSE asks all in that way. */
  private sendText(text: string, { headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
    const type = answerTypeFor(headers.accept);
    if (type) return reply.header('content-type', type).send(text);
    return reply.header('content-type', SERVER_SENT_EVENTS.contentType).send(asEvents(text));
  }

  /** Sets the "Partial success" status (GraphQL over HTTP), also if `data` is null; HTTP/2 has no reason phrase. */
  private bePartial({ raw }: FastifyRequest, reply: FastifyReply): void {
    const { GRAPHQL_PARTIAL_STATUS: status } = this.config;
    void reply.status(status);
    if (status === PARTIAL_SUCCESS && raw.httpVersionMajor === 1) reply.raw.statusMessage = 'Partial Success';
  }

  private published({ data, errors, extensions }: ExecutionResult): object {
    if (!errors) return { data, extensions };
    return { errors: errors.map((error) => this.errors.format(error)), data, extensions };
  }
}

/** One result and the end (graphql-sse's PROTOCOL.md, distinct connections mode). */
const asEvents = (json: string): string =>
  SERVER_SENT_EVENTS.frame('next', json.trim()) + SERVER_SENT_EVENTS.frame('complete', '');

function textOf({ text, extensions }: WrittenAnswer): string {
  return extensions ? `{"data":${text},"extensions":${JSON.stringify(extensions)}}` : `{"data":${text}}`;
}
