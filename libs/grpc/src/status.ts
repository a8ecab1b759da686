import { constants, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from 'node:http2';
import { Metadata, status as Status } from '@grpc/grpc-js';
import { GrpcFailure } from './failure.ts';

/** The headers of a response. */
export type ResponseHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** The gRPC status for an HTTP status of a proxy (gRPC, "HTTP to gRPC Status Code Mapping"); any other is UNKNOWN. */
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

/** The gRPC status for an error code of RST_STREAM (gRPC over HTTP/2, "Errors"); any other is UNKNOWN. */
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
 * The failure of a reset stream.
 * @param hasBegun whether its response had begun: INTERNAL_ERROR then means that nginx lost its backend
 */
export function resetWith(errorCode: number, hasBegun: boolean): GrpcFailure {
  const details = `the stream was reset with HTTP/2 error ${errorCode}`;
  if (hasBegun && errorCode === constants.NGHTTP2_INTERNAL_ERROR) {
    return new GrpcFailure(Status.UNAVAILABLE, `${details} within its response`);
  }
  const progress = errorCode === constants.NGHTTP2_REFUSED_STREAM ? 'refused' : 'sent';
  return new GrpcFailure(STATUS_OF_RESET[errorCode] ?? Status.UNKNOWN, details, { progress });
}

/** Whether a response consists of headers only: if they have a status, or are not gRPC and so without messages. */
export const isOver = (headers: ResponseHeaders): boolean =>
  headers['grpc-status'] !== undefined || headers[':status'] !== 200 || !isGrpc(headers);

/** A response without a content type may be gRPC; one with another type is not. */
const isGrpc = ({ 'content-type': type = 'application/grpc' }: ResponseHeaders): boolean =>
  /^application\/grpc\b/i.test(type);

/**
 * The failure at the end of a response; undefined for OK.
 * @param trailers those after its messages; undefined if the response has headers only
 */
export function statusOf(headers: ResponseHeaders, trailers?: IncomingHttpHeaders): GrpcFailure | undefined {
  const fields = trailers ?? headers;
  const status = fields['grpc-status'];
  const isOk = status !== undefined && /^00?$/.test(String(status));
  if (isOk && headers[':status'] === 200) return undefined;
  if (status === undefined || isOk) return withoutStatus(headers);
  const known = /^\d{1,2}$/.test(String(status)) && Status[Number(status)] !== undefined;
  const code = known ? Number(status) : Status.UNKNOWN;
  const details = percentDecoded(String(fields['grpc-message'] ?? ''));
  return new GrpcFailure(code, known ? details : `status "${String(status).slice(0, 20)}": ${details}`, {
    metadata: metadataOf(fields),
  });
}

/** A response without a status: of a proxy, or truncated, which HAProxy and Caddy turn into a clean end. */
function withoutStatus(headers: ResponseHeaders): GrpcFailure {
  const { ':status': httpStatus = 0, 'content-type': type = '' } = headers;
  if (httpStatus === 200 && isGrpc(headers))
    return new GrpcFailure(Status.UNAVAILABLE, 'the response ended without a gRPC status');
  const code = STATUS_OF_HTTP[httpStatus] ?? Status.UNKNOWN;
  const details = `HTTP ${httpStatus} of type "${type}", without a gRPC status`;
  return new GrpcFailure(code, details, { metadata: metadataOf(headers), httpStatus });
}

/** What metadata can have (gRPC over HTTP/2, "Custom-Metadata"). */
const LEGAL_NAME = /^[:0-9a-z_.-]+$/;
const LEGAL_VALUE = /^[ -~]*$/;

/** Headers as metadata. grpc-js would print those that it cannot have, with their values, to standard error. */
function metadataOf(headers: IncomingHttpHeaders): Metadata {
  const legal = Object.entries(headers).filter(
    ([name, value]) =>
      LEGAL_NAME.test(name) &&
      (name.endsWith('-bin') || [value].flat().every((one) => LEGAL_VALUE.test(String(one)))),
  );
  return Metadata.fromHttp2Headers(Object.fromEntries(legal));
}

/**
 * Decodes a status message; an invalidly encoded one is returned unchanged (gRPC over HTTP/2, "Status-Message"). Some
 * servers do not encode it: Node reads the bytes of its UTF-8 as Latin-1.
 */
function percentDecoded(message: string): string {
  const encoded = message.replace(/[\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
  try {
    return decodeURIComponent(encoded);
  } catch {
    return message;
  }
}
