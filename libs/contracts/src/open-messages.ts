import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { ServiceDefinition } from '@grpc/grpc-js';

/** Stands for an integer that no JavaScript number holds: it is no whole number, and as seconds it is no date either. */
const OUT_OF_RANGE = `${2 ** 51}.5`;

/** Reads an `int64` out of range as `OUT_OF_RANGE`: generated code throws for it, and the whole message would be lost. */
class OpenReader extends BinaryReader {
  override int64(): bigint | string {
    const value = super.int64();
    return Number.isSafeInteger(Number(value)) ? value : OUT_OF_RANGE;
  }
}

/**
 * A generated service whose answers are read element by element: an integer out of range is no whole number, and
 * everything around it is as it was sent. Unknown fields are skipped and unknown enum values kept, as proto3 has it.
 */
export function openAnswers<Service extends ServiceDefinition>(service: Service): Service {
  const methods = Object.entries(service).map(([name, method]) => [name, openAnswer(method)]);
  return Object.fromEntries(methods) as Service;
}

function openAnswer(method: ServiceDefinition[string]): ServiceDefinition[string] {
  // A generated `decode` takes a reader as well as bytes.
  const read = method.responseDeserialize as unknown as (from: BinaryReader) => unknown;
  return { ...method, responseDeserialize: (bytes: Buffer) => read(new OpenReader(bytes)) };
}
