import { status as Code, Metadata, type StatusObject } from '@grpc/grpc-js';
import { BadRequest, ErrorInfo, RetryInfo } from './generated/google/rpc/error_details.ts';
import { Status } from './generated/google/rpc/status.ts';

const DETAILS_KEY = 'grpc-status-details-bin';
const TYPE = 'type.googleapis.com/google.rpc.';

/** The details of a failed gRPC call, from google.rpc.Status (AIP-193). */
export interface StatusDetails {
  /** The reason for programs: UPPER_SNAKE. */
  reason?: string;
  /** The service that defines `reason`. */
  domain?: string;
  /** Additional data for programs. */
  metadata?: Record<string, string>;
  /** The validation errors of the request, by field. */
  violations?: { field: string; description: string }[];
  /** The delay before a retry, in milliseconds. */
  retryDelayMs?: number;
}

/** A gRPC status that carries `details` as `grpc-status-details-bin`. */
export function statusWithDetails(code: Code, message: string, details: StatusDetails): StatusObject {
  const metadata = new Metadata();
  const status = Status.fromPartial({ code, message, details: packed(details) });
  metadata.set(DETAILS_KEY, Buffer.from(Status.encode(status).finish()));
  return { code, details: message, metadata };
}

/** The details of a failed call; empty if missing or malformed. */
export function readStatusDetails(metadata: Metadata | undefined): StatusDetails {
  const bytes = metadata?.get(DETAILS_KEY)[0];
  if (!(bytes instanceof Buffer)) return {};
  try {
    return unpacked(Status.decode(bytes));
  } catch {
    return {};
  }
}

function packed({
  reason,
  domain = '',
  metadata = {},
  violations,
  retryDelayMs,
}: StatusDetails): Status['details'] {
  const details: Status['details'] = [];
  if (reason) {
    const info = ErrorInfo.encode({ reason, domain, metadata }).finish();
    details.push({ typeUrl: `${TYPE}ErrorInfo`, value: Buffer.from(info) });
  }
  if (violations) {
    const badRequest = BadRequest.encode({ fieldViolations: violations }).finish();
    details.push({ typeUrl: `${TYPE}BadRequest`, value: Buffer.from(badRequest) });
  }
  if (retryDelayMs !== undefined) {
    const seconds = Math.floor(retryDelayMs / 1000);
    const retryDelay = { seconds, nanos: Math.round((retryDelayMs - seconds * 1000) * 1e6) };
    details.push({
      typeUrl: `${TYPE}RetryInfo`,
      value: Buffer.from(RetryInfo.encode({ retryDelay }).finish()),
    });
  }
  return details;
}

function unpacked(status: Status): StatusDetails {
  const found: StatusDetails = {};
  for (const { typeUrl, value } of status.details) {
    if (typeUrl === `${TYPE}ErrorInfo`) Object.assign(found, ErrorInfo.decode(value));
    if (typeUrl === `${TYPE}BadRequest`) found.violations = BadRequest.decode(value).fieldViolations;
    if (typeUrl === `${TYPE}RetryInfo`) {
      const { seconds = 0, nanos = 0 } = RetryInfo.decode(value).retryDelay ?? {};
      found.retryDelayMs = seconds * 1000 + nanos / 1e6;
    }
  }
  return found;
}
