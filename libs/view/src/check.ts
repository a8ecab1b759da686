import { type FieldError, GatewayError } from '#libs/errors';
import { z } from 'zod';

/** The zod issues with status 400 (wrong type or shape). All others get 422. */
const MALFORMED = new Set<string>(['invalid_type', 'unrecognized_keys', 'invalid_union', 'invalid_key']);

/** The maximum number of invalid fields in an error, so that it is not longer than the request. */
const MAX_NAMED = 50;

/**
 * Validates input against its schema, the same for REST and GraphQL. Text has no NUL and no half surrogate pairs.
 * @throws {GatewayError} BAD_REQUEST for a wrong type or an unknown field, else VALIDATION_FAILED; with all invalid
 *   fields
 */
export function check<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const checked = schema.safeParse(value, { reportInput: true });
  if (checked.success) return withoutBadText(checked.data);
  const { issues } = checked.error;
  const errors = issues.flatMap(fieldErrors).slice(0, MAX_NAMED);
  throw invalid(issues.some(isMalformed) ? 'BAD_REQUEST' : 'VALIDATION_FAILED', errors);
}

const invalid = (code: 'BAD_REQUEST' | 'VALIDATION_FAILED', errors: FieldError[]): GatewayError =>
  new GatewayError(code, {
    detail: `${errors.map(({ field, message }) => `${field}: ${message}`).join('; ')}.`,
    errors,
  });

/**
 * Databases store no NUL, and UTF-8 no half of a surrogate pair: it would become U+FFFD on its way (RFC 7493, section 2.1).
 */
function withoutBadText<Data>(data: Data): Data {
  const errors = badText(data, []).slice(0, MAX_NAMED);
  if (!errors.length) return data;
  throw invalid('VALIDATION_FAILED', errors);
}

function badText(value: unknown, path: readonly string[]): FieldError[] {
  if (typeof value === 'string') {
    if (value.isWellFormed() && !value.includes('\0')) return [];
    return [{ field: path.join('.') || 'body', message: 'Must be Unicode text without NUL' }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => badText(inner, [...path, key]));
}

/** zod reports a number in place of an enumeration's value as a wrong value, not as a wrong type. */
function isMalformed({ code, input }: z.core.$ZodIssue): boolean {
  return MALFORMED.has(code) || (code === 'invalid_value' && typeof input !== 'string');
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ field: path.join('.') || 'body', message: issue.message }];
  return issue.keys.map((key) => ({
    field: [...path, key.slice(0, 100)].join('.'),
    message: 'Unknown field',
  }));
}
