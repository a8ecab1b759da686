import { fromGrpc } from '#libs/errors';
import { GrpcFailure, type MessageStream } from '#libs/grpc';
import type { AnswerStream } from './answer-stream.ts';
import type { Context } from './context.ts';

/** A stream that has not failed within this time counts as open, in milliseconds: refusals come at once. */
const OPENING_MS = 250;

/**
 * Opens a stream of messages as a stream of answers.
 * @throws {GatewayError} what `fromGrpc` makes of a refusal, or the context's reason if it ends first
 */
export async function grpcAnswers<Answer>(
  messages: MessageStream<Answer>,
  context: Context,
): Promise<AnswerStream<Answer>> {
  await new Promise<void>((resolve, reject) => {
    const settled = (act: () => void) => () => {
      clearTimeout(timer);
      stopListening();
      act();
    };
    const timer = setTimeout(() => settled(resolve)(), OPENING_MS);
    const stopListening = context.onEnd(() => {
      clearTimeout(timer);
      messages.close();
      reject(context.reason);
    });
    messages.opened.then(settled(resolve), (error: unknown) => settled(() => reject(toGatewayError(error)))());
  });
  const opened = messages.opened.catch((error: unknown) => Promise.reject(toGatewayError(error)));
  // The reader gets the error as well.
  opened.catch(() => {});
  return {
    opened,
    close: () => messages.close(),
    async *[Symbol.asyncIterator]() {
      try {
        yield* messages;
      } catch (error) {
        throw toGatewayError(error);
      }
    },
  };
}

const toGatewayError = (error: unknown): unknown => (error instanceof GrpcFailure ? fromGrpc(error) : error);
