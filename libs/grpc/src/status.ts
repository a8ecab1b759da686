import { constants, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from 'node:http2';
import { Metadata, status as Status } from '@grpc/grpc-js';
import { GrpcFailure } from './failure.ts';

/** The headers of a response. */
export type ResponseHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** What an HTTP status of a proxy means (gRPC, "HTTP to gRPC Status Code Mapping"); any other is UNKNOWN. */
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

/** What an error code of RST_STREAM means (gRPC over HTTP/2, "Errors"); any other is UNKNOWN. */
const STATUS_OF_RESET: Partial<Record<number, Status>> = {
  [constants.NGHTTP2_NO_ERROR]: Status.INTERNAL,
  [constants.NGHTTP2_PROTOCOL_ERROR]: Status.INTERNAL,
  [constants.NGHTTP2_INTERNAL_ERROR]: Status.INTERNAL,
  [constants.NGHTTP2_FLOW_CONTROL_ERROR]: Status.INTERNAL,
  [constants.NGHTTP2_SETTINGS_TIMEOUT]: Status.INTERNAL,
  [constants.NGHTTP2_FRAME_SIZE_ERROR]: Status.INTERNAL,
  [constants.NGHTTP2_REFUSED_STREAM]: Status.UNAVAILABLE,
  [constants.NGHTTP2_CANCEL]: Status.CANCELLED,
  [constants.NGHTTP2_COMPRESSION_ERROR]: Status.INTERNAL,
  [constants.NGHTTP2_CONNECT_ERROR]: Status.INTERNAL,
  [constants.NGHTTP2_ENHANCE_YOUR_CALM]: Status.RESOURCE_EXHAUSTED,
  [constants.NGHTTP2_INADEQUATE_SECURITY]: Status.PERMISSION_DENIED,
};

/**
 * The failure that a stream was reset with.
 * @param hasBegun whether its response had: INTERNAL_ERROR then is how nginx passes on that its backend broke off
 */
export function resetWith(errorCode: number, hasBegun: boolean): GrpcFailure {
  const details = `the stream was reset with HTTP/2 error ${errorCode}`;
  if (hasBegun && errorCode === constants.NGHTTP2_INTERNAL_ERROR) {
    return new GrpcFailure(Status.UNAVAILABLE, `${details} within its response`);
  }
  const progress = errorCode === constants.NGHTTP2_REFUSED_STREAM ? 'refused' : 'sent';
  return new GrpcFailure(STATUS_OF_RESET[errorCode] ?? Status.UNKNOWN, details, { progress });
}

/** Whether headers are all there is of a response: those with a status are, and what is no gRPC has no messages. */
export const isOver = (headers: ResponseHeaders): boolean =>
  headers['grpc-status'] !== undefined || headers[':status'] !== 200 || !isGrpc(headers);

/** A response need not say its type; one that says another is of something that speaks no gRPC. */
const isGrpc = ({ 'content-type': type = 'application/grpc' }: ResponseHeaders): boolean =>
  /^application\/grpc\b/i.test(type);

/**
 * What the end of a response means; undefined for OK.
 * @param trailers what came after its messages; undefined where the headers are all there is
 */
export function statusOf(headers: ResponseHeaders, trailers?: IncomingHttpHeaders): GrpcFailure | undefined {
  const fields = trailers ?? headers;
  const status = fields['grpc-status'];
  if (status === '0' && headers[':status'] === 200) return undefined;
  if (status === undefined || status === '0') return withoutStatus(headers);
  const known = /^\d{1,2}$/.test(String(status)) && Status[Number(status)] !== undefined;
  const code = known ? Number(status) : Status.UNKNOWN;
  const details = percentDecoded(String(fields['grpc-message'] ?? ''));
  return new GrpcFailure(code, known ? details : `status "${String(status).slice(0, 20)}": ${details}`, {
    metadata: Metadata.fromHttp2Headers(fields),
  });
}

/** A response without a status: of a proxy, or cut off on its way, which HAProxy and Caddy make a clean end. */
function withoutStatus(headers: ResponseHeaders): GrpcFailure {
  const { ':status': httpStatus = 0, 'content-type': type = '' } = headers;
  if (httpStatus === 200 && isGrpc(headers))
    return new GrpcFailure(Status.UNAVAILABLE, 'the response ended without a gRPC status');
  const code = STATUS_OF_HTTP[httpStatus] ?? Status.UNKNOWN;
  const details = `HTTP ${httpStatus} of type "${type}", without a gRPC status`;
  return new GrpcFailure(code, details, { metadata: Metadata.fromHttp2Headers(headers) });
}

/** The message as it stands where it is not well encoded (gRPC over HTTP/2, "Status-Message"). */
function percentDecoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
