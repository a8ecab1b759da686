import { statusWithDetails } from '#libs/contracts';
import type { Logger } from '#libs/observe';
import { type FaultReport, faultReport } from '#libs/storage';
import { status as Code, type StatusObject } from '@grpc/grpc-js';
import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import { Refusal } from './refusal.ts';

/** Converts a refusal to a gRPC status with its details. */
export function statusOf({ code, message, reason, details }: Refusal, domain: string): StatusObject {
  return statusWithDetails(code, message, { reason, domain, ...details });
}

/**
 * An exception filter: returns a refusal with its details, and an exhausted or unreachable database as one. Any other
 * error is logged in full, and returned without details.
 */
@Catch()
export class RefusalFilter implements RpcExceptionFilter {
  /** @param domain the package of the service, which defines the reasons */
  constructor(
    private readonly domain: string,
    private readonly logger: Logger,
  ) {}

  catch(error: unknown): Observable<never> {
    return throwError(() => this.status(error));
  }

  private status(error: unknown): StatusObject {
    if (error instanceof Refusal) return statusOf(error, this.domain);
    const later = faultReport(error);
    if (later) {
      this.logger.warn({ err: error }, later.message);
      return statusOf(refusalOf(later), this.domain);
    }
    this.logger.error({ err: error }, 'the call failed');
    return statusOf(new Refusal(Code.INTERNAL, 'INTERNAL', 'Internal error'), this.domain);
  }
}

/** `RESOURCE_EXHAUSTED` for a database that is busy: calls are refused, and the service is well. */
const CODES = {
  busy: Code.RESOURCE_EXHAUSTED,
  unreachable: Code.UNAVAILABLE,
  conflict: Code.UNAVAILABLE,
  timeout: Code.DEADLINE_EXCEEDED,
};

function refusalOf({ fault, message, retryMs }: FaultReport): Refusal {
  return new Refusal(CODES[fault], `DATABASE_${fault.toUpperCase()}`, message, { retryDelayMs: retryMs });
}
