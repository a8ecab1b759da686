import { invalidField, isId } from '#libs/service';
import type { OrderRow } from './schema.ts';
import type { Status } from './status.ts';

/** The version of the fields below, so that old tokens are rejected rather than misread. */
const VERSION = 1;

/** The position of a page: directly after this order. */
export type Position = Pick<OrderRow, 'placed_at' | 'id'>;

/** The token for the page after an order, in a list of this status. */
export function pageToken({ placed_at, id }: Position, status: Status | undefined): string {
  return Buffer.from(JSON.stringify([VERSION, status ?? null, placed_at, id])).toString('base64url');
}

/**
 * The position of a token; undefined for the empty token of the first page.
 * @throws {Refusal} INVALID_ARGUMENT for a token that this service did not issue for this status
 */
export function readPageToken(token: string, status: Status | undefined): Position | undefined {
  if (token === '') return undefined;
  const [version, itsStatus, placed_at, id] = parsed(token);
  const isPosition = Number.isSafeInteger(placed_at) && typeof id === 'string' && isId(id);
  if (version !== VERSION || !isPosition) throw invalidField('page_token', 'is not a token of this list');
  if (itsStatus !== (status ?? null)) throw invalidField('page_token', 'belongs to a list with another status');
  return { placed_at: placed_at as number, id };
}

function parsed(token: string): unknown[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(read) ? read : [];
  } catch {
    return [];
  }
}
