import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { MethodDefinition } from '@grpc/grpc-js';

const SERVING = 1;
/** Field 1 of `HealthCheckResponse`, a number. */
const STATUS_TAG = 8;

/**
 * `Check` of the standard health service (grpc-proto, `grpc/health/v1/health.proto`), asked whether the server as a whole
 * serves: a question without fields, and an answer with one. The package for it parses its .proto file at start.
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
