import { invalidField, isId } from '#libs/service';
import type { OrderRow } from './schema.ts';
import type { Status } from './status.ts';

/** Changes with the meaning of the fields below, so that an old token is refused rather than misread. */
const VERSION = 1;

/** Where a page of orders goes on: right after this one. */
export type Position = Pick<OrderRow, 'placed_at' | 'id'>;

/** The token that goes on right after an order, in a list of this status. */
export function pageToken({ placed_at, id }: Position, status: Status | undefined): string {
  return Buffer.from(JSON.stringify([VERSION, status ?? null, placed_at, id])).toString('base64url');
}

/**
 * The position a token names; undefined for the empty token of the first page.
 * @throws {Refusal} INVALID_ARGUMENT for a token that this service did not make for this status
 */
export function readPageToken(token: string, status: Status | undefined): Position | undefined {
  if (token === '') return undefined;
  const [version, itsStatus, placed_at, id] = parsed(token);
  const isPosition = Number.isSafeInteger(placed_at) && typeof id === 'string' && isId(id);
  if (version !== VERSION || !isPosition) throw invalidField('page_token', 'is no token of this list');
  if (itsStatus !== (status ?? null)) throw invalidField('page_token', 'is of a list with another status');
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
