import { pipeline, Readable } from 'node:stream';
import { Config } from '#gateway/config/config';
import { isGone } from '#gateway/edge/context/is-gone';
import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { noteFailure } from '#gateway/edge/errors/failures';
import { problemOf } from '#gateway/edge/errors/problem';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { UNBUFFERED } from '#gateway/edge/streams/unbuffered';
import { attachment } from '#gateway/transports/files/file-name';
import { inRequest } from '#libs/observe';
import { FairTurns } from '#libs/process';
import { NdjsonWriter, type Table, type TableWriter } from '#libs/tabular';
import type { AnswerStream } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { TableStream } from './table-stream.ts';
import { formatFor } from './table-types.ts';

/** Answers with tables of any length, row by row: memory does not depend on their size or on the client's pace. */
@Injectable()
export class TableResponder {
  /** Tables that are sent at the same time take turns, so that other requests do not wait for all of them. */
  private readonly turns = new FairTurns();

  constructor(
    private readonly streams: OpenStreams,
    private readonly config: Config,
    private readonly logger: PinoLogger,
  ) {}

  /**
   * Sends the rows as the client takes them, in the format that it prefers. Errors before the first row are problems
   * with their own status. Later ones are the last record of NDJSON, and a broken transfer in other formats.
   * @param open opens the rows; they are closed when the client leaves
   * @throws {GatewayError} RATE_LIMITED or OVERLOADED beyond the limits of open streams, and what `open` throws
   */
  async answer<Row>(
    request: FastifyRequest,
    reply: FastifyReply,
    table: Table<Row>,
    open: () => Promise<AnswerStream<Row[]>>,
  ): Promise<void> {
    const { context, routeOptions } = request;
    const { contentType, ending, writer: writerOf } = formatFor(request.headers.accept);
    const headers = {
      'content-type': contentType,
      'content-disposition': attachment(`${table.name}.${ending}`),
      // nginx would store up to 1 GB of it for a client that reads nothing.
      ...UNBUFFERED,
    };
    if (request.method === 'HEAD') return void reply.headers(headers).send(Readable.from([]));

    const writer = writerOf(table);
    let close = (): void => {};
    const stream = this.streams.add(
      context,
      routeOptions.url!,
      () => new TableStream(reply.raw, writer as TableWriter<never>, this.config.IDLE_TIMEOUT_MS, () => close()),
    );
    const rows = await open();
    context.onEnd((close = () => rows.close()));
    const batches = rows[Symbol.asyncIterator]();
    const first = await batches.next();
    if (context.endedBy) throw context.reason;
    if (stream.failure) throw stream.failure;
    // The deadline was that of the first rows.
    context.settle();
    const source = Readable.from(this.sent(request, reply, stream, writer, first, batches), { highWaterMark: 0 });
    // The reader of the writer has its error.
    pipeline(source, writer, () => close());
    return void reply.headers(headers).send(writer);
  }

  private async *sent<Row>(
    request: FastifyRequest,
    reply: FastifyReply,
    stream: TableStream,
    writer: TableWriter<Row>,
    first: IteratorResult<Row[]>,
    batches: AsyncIterator<Row[]>,
  ): AsyncGenerator<Row[]> {
    // From here on its duration is that of the client.
    request.isStream = true;
    try {
      let next: IteratorResult<Row[]> | undefined = first;
      while (!next.done) {
        yield next.value;
        next = undefined;
        await this.turns.take();
        next = await batches.next();
      }
      if (stream.failure) throw stream.failure;
      if (!isGone(reply.raw)) stream.endedBy = 'complete';
    } catch (thrown) {
      const error = asGatewayError(thrown);
      noteFailure(request.context.log, error);
      inRequest(request.context.log, () => this.logger.warn({ err: thrown }, 'the answer broke off'));
      stream.endedBy ??= 'error';
      if (writer instanceof NdjsonWriter) return writer.fail(problemOf(error, request));
      stream.breakOff();
      throw error;
    }
  }
}
