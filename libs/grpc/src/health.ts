import { BinaryReader } from '@bufbuild/protobuf/wire';
import { type MethodDefinition, status as Status } from '@grpc/grpc-js';
import type { CallOptions, GrpcChannel } from './channel.ts';
import { GrpcFailure } from './failure.ts';

const SERVING = 1;
/** Field 1 of `HealthCheckResponse`, a number. */
const STATUS_TAG = 8;

/**
 * `Check` of the standard health service (grpc-proto, `grpc/health/v1/health.proto`), for the server as a whole: a
 * request without fields, and a response with one. Written by hand, because the package for it parses its .proto file
 * at start.
 */
export const healthCheck: MethodDefinition<object, boolean> = {
  path: '/grpc.health.v1.Health/Check',
  requestStream: false,
  responseStream: false,
  requestSerialize: () => Buffer.alloc(0),
  requestDeserialize: () => ({}),
  responseSerialize: (isServing) => Buffer.from([STATUS_TAG, isServing ? SERVING : 0]),
  responseDeserialize: (message) => statusIn(message) === SERVING,
};

function statusIn(message: Uint8Array): number {
  const reader = new BinaryReader(message);
  let status = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === STATUS_TAG) status = reader.int32();
    else reader.skip(tag & 7);
  }
  return status;
}

/** Whether a server is ready; one without the health service is (gRFC A17). @throws {GrpcFailure} */
export async function isServing(channel: GrpcChannel, options: CallOptions): Promise<boolean> {
  try {
    return healthCheck.responseDeserialize(
      await channel.unary(healthCheck.path, healthCheck.requestSerialize({}), options),
    );
  } catch (error) {
    if (error instanceof GrpcFailure && error.code === Status.UNIMPLEMENTED) return true;
    throw error;
  }
}
