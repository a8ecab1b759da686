import { status as Status } from '@grpc/grpc-js';
import { GrpcFailure } from './failure.ts';

/** Serializes a request. @throws {GrpcFailure} INTERNAL */
export function written<Question>(serialize: (question: Question) => Buffer, question: Question): Buffer {
  try {
    return serialize(question);
  } catch (error) {
    throw new GrpcFailure(Status.INTERNAL, `The request cannot be serialized: ${String(error)}`, {
      progress: 'unsent',
      cause: error,
    });
  }
}

/** Deserializes a message. @throws {GrpcFailure} INTERNAL */
export function read<Answer>(deserialize: (bytes: Buffer) => Answer, bytes: Buffer): Answer {
  try {
    return deserialize(bytes);
  } catch (error) {
    throw new GrpcFailure(Status.INTERNAL, `The message cannot be deserialized: ${String(error)}`, {
      cause: error,
    });
  }
}
