import { status as Status } from '@grpc/grpc-js';
import { GrpcFailure } from './failure.ts';

/** The bytes of a request. @throws {GrpcFailure} INTERNAL */
export function written<Question>(serialize: (question: Question) => Buffer, question: Question): Buffer {
  try {
    return serialize(question);
  } catch (error) {
    throw new GrpcFailure(Status.INTERNAL, `The request cannot be written: ${String(error)}`, {
      progress: 'unsent',
      cause: error,
    });
  }
}

/** A message from its bytes. @throws {GrpcFailure} INTERNAL */
export function read<Answer>(deserialize: (bytes: Buffer) => Answer, bytes: Buffer): Answer {
  try {
    return deserialize(bytes);
  } catch (error) {
    throw new GrpcFailure(Status.INTERNAL, `The message cannot be read: ${String(error)}`, { cause: error });
  }
}
