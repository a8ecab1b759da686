import { fromGrpc, GatewayError } from '#libs/errors';
import type { Client as Channel, ClientUnaryCall, Metadata, MethodDefinition, ServiceError } from '@grpc/grpc-js';
import type { Context } from './context.ts';

/**
 * One unary call that ends with its context.
 * @param channel undefined where it has been closed
 * @throws {GatewayError} what `fromGrpc` makes of a status that is not OK, or the context's reason
 */
export function exchange<Question, Answer>(
  channel: Channel | undefined,
  method: MethodDefinition<Question, Answer>,
  context: Context,
  question: Question,
  metadata: Metadata,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (context.endedBy) return reject(context.reason);
    if (!channel) return reject(new GatewayError('UPSTREAM_UNAVAILABLE', { cause: 'the channel is closed' }));
    let call: ClientUnaryCall | undefined;
    const stopListening = context.onEnd(() => call?.cancel());
    const done = (error: ServiceError | null, answer?: Answer) => {
      stopListening();
      if (!error) resolve(answer!);
      else reject(context.endedBy ? context.reason : fromGrpc(error));
    };
    call = channel.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      question,
      metadata,
      { deadline: Date.now() + context.remainingMs },
      done,
    );
  });
}
