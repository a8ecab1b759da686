import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { ServiceDefinition } from '@grpc/grpc-js';

/**
 * Represents an integer outside the range of JavaScript numbers: it is not an integer, and an invalid date if used as
 * seconds.
 */
const OUT_OF_RANGE = `${2 ** 51}.5`;

/**
 * Decodes an `int64` out of range as `OUT_OF_RANGE`: generated code would throw, and the whole message would be lost.
 */
class OpenReader extends BinaryReader {
  override int64(): bigint | string {
    const value = super.int64();
    return Number.isSafeInteger(Number(value)) ? value : OUT_OF_RANGE;
  }
}

/**
 * A generated service with tolerant decoding of responses: an integer out of range becomes `OUT_OF_RANGE`, and all
 * other fields are unchanged. Unknown fields are skipped and unknown enum values kept, as in proto3.
 */
export function openAnswers<Service extends ServiceDefinition>(service: Service): Service {
  const methods = Object.entries(service).map(([name, method]) => [name, openAnswer(method)]);
  return Object.fromEntries(methods) as Service;
}

function openAnswer(method: ServiceDefinition[string]): ServiceDefinition[string] {
  // A generated `decode` accepts a reader or bytes.
  const read = method.responseDeserialize as unknown as (from: BinaryReader) => unknown;
  return { ...method, responseDeserialize: (bytes: Buffer) => read(new OpenReader(bytes)) };
}
