import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from '@grpc/grpc-js';

/** The folder of the proto files. Calls use the generated code, which is faster than to load them. */
export const protoFolder = fileURLToPath(new URL('../proto', import.meta.url));

/** A generated service under the RPC names of its proto file, as Nest's gRPC server looks them up. */
export function byRpcName(service: ServiceDefinition): ServiceDefinition {
  return Object.fromEntries(
    Object.values(service).map((method) => [method.path.split('/')[2], method]),
  ) as ServiceDefinition;
}
