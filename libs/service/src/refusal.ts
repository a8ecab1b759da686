import type { StatusDetails } from '#libs/contracts';
import { status as Code } from '@grpc/grpc-js';

/** An error for clients: all of it is sent to the client (google.rpc.Status). */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  /**
   * @param reason for programs: UPPER_SNAKE
   * @param message for people
   */
  constructor(
    readonly code: Code,
    readonly reason: string,
    message: string,
    readonly details: Pick<StatusDetails, 'metadata' | 'violations' | 'retryDelayMs'> = {},
  ) {
    super(message);
  }
}

/** The request has one invalid field, named as in the proto file. */
export function invalidField(field: string, description: string): Refusal {
  return invalidFields([{ field, description }]);
}

/** The request has invalid fields, named as in the proto file. */
export function invalidFields(violations: { field: string; description: string }[]): Refusal {
  const message = violations.map(({ field, description }) => `${field} ${description}`).join('; ');
  return new Refusal(Code.INVALID_ARGUMENT, 'INVALID_FIELD', message, { violations });
}

/** The resource does not exist, or belongs to another caller. */
export function notFound(what: string): Refusal {
  return new Refusal(Code.NOT_FOUND, 'NOT_FOUND', `There is no such ${what}`);
}

/** The call has no caller, or its token is not valid. */
export function unauthenticated(message: string): Refusal {
  return new Refusal(Code.UNAUTHENTICATED, 'UNAUTHENTICATED', message);
}

/** The caller lacks a scope. */
export function permissionDenied(scope: string): Refusal {
  return new Refusal(Code.PERMISSION_DENIED, 'MISSING_SCOPE', `This call requires the scope ${scope}`);
}
