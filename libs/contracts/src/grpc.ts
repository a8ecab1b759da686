import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';

const protoFolder = fileURLToPath(new URL('../proto', import.meta.url));

/**
 * Loads a proto file of `libs/contracts/proto` with its descriptors for server reflection. Calls use the generated
 * code, which is faster.
 */
export function loadProto(file: string): PackageDefinition {
  return loadSync(file, { includeDirs: [protoFolder] });
}

/** A generated service under the RPC names of its proto file, as Nest's gRPC server looks them up. */
export function byRpcName(service: ServiceDefinition): ServiceDefinition {
  return Object.fromEntries(
    Object.values(service).map((method) => [method.path.split('/')[2], method]),
  ) as ServiceDefinition;
}
