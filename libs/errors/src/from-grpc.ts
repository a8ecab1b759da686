import { readStatusDetails, type StatusDetails } from '#libs/contracts';
import { Metadata, status as Code, type ServiceError } from '@grpc/grpc-js';
import type { ErrorCode } from './catalogue.ts';
import { GatewayError } from './gateway-error.ts';

/** What a client is told when an upstream answers this gRPC status. Statuses not listed are a bad response. */
export const codeByGrpcStatus: Partial<Record<Code, ErrorCode>> = {
  [Code.CANCELLED]: 'UPSTREAM_TIMEOUT',
  [Code.INVALID_ARGUMENT]: 'VALIDATION_FAILED',
  [Code.OUT_OF_RANGE]: 'VALIDATION_FAILED',
  [Code.DEADLINE_EXCEEDED]: 'UPSTREAM_TIMEOUT',
  [Code.NOT_FOUND]: 'NOT_FOUND',
  [Code.ALREADY_EXISTS]: 'CONFLICT',
  [Code.ABORTED]: 'CONFLICT',
  [Code.FAILED_PRECONDITION]: 'CONFLICT',
  [Code.RESOURCE_EXHAUSTED]: 'OVERLOADED',
  [Code.UNAVAILABLE]: 'UPSTREAM_UNAVAILABLE',
};

/** Translates a failed gRPC call. Its words stay in `cause`. */
export function fromGrpc(error: ServiceError): GatewayError {
  return new GatewayError(codeByGrpcStatus[error.code] ?? 'UPSTREAM_BAD_RESPONSE', { cause: error });
}

/** The google.rpc details an upstream gave with its failure; empty if the failure is none of a gRPC upstream's. */
export function upstreamDetails(error: unknown): StatusDetails {
  const { metadata } = ((error instanceof GatewayError && error.cause) || {}) as Partial<ServiceError>;
  return metadata instanceof Metadata ? readStatusDetails(metadata) : {};
}
