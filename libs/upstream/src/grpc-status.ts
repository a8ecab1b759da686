import type { IncomingHttpHeaders } from 'node:http2';
import { Metadata, type ServiceError, status as Status } from '@grpc/grpc-js';

/** What a call fails with that was answered with an HTTP status of a proxy (gRPC's http-grpc-status-mapping). */
const STATUS_OF_HTTP: Partial<Record<number, Status>> = {
  400: Status.INTERNAL,
  401: Status.UNAUTHENTICATED,
  403: Status.PERMISSION_DENIED,
  404: Status.UNIMPLEMENTED,
  429: Status.UNAVAILABLE,
  502: Status.UNAVAILABLE,
  503: Status.UNAVAILABLE,
  504: Status.UNAVAILABLE,
};

/** A failure that was found here. */
export function failed(code: Status, details: string, metadata = new Metadata()): ServiceError {
  return Object.assign(new Error(`${code} ${Status[code]}: ${details}`), { code, details, metadata });
}

/** What an upstream said in its trailers, or in its headers where there is nothing else; undefined for OK. */
export function statusIn(said: IncomingHttpHeaders, httpStatus: number): ServiceError | undefined {
  const status = said['grpc-status'];
  if (status === undefined) return notGrpc(httpStatus, said['content-type']);
  if (status === '0') return undefined;
  const code = Status[Number(status)] === undefined ? Status.UNKNOWN : Number(status);
  return failed(code, decoded(String(said['grpc-message'] ?? '')), Metadata.fromHttp2Headers(said));
}

function notGrpc(httpStatus: number, type: string | undefined): ServiceError {
  const code = httpStatus === 200 ? Status.UNKNOWN : (STATUS_OF_HTTP[httpStatus] ?? Status.UNKNOWN);
  return failed(code, `HTTP ${httpStatus} of type "${type}", without a gRPC status`);
}

function decoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
