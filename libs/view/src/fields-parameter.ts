import { GatewayError } from '#libs/errors';
import type { Type } from '@nestjs/common';
import { fieldsOf, isView } from './view.ts';
import { Selection } from './selection.ts';

/** The maximum number of unknown fields in an error, so that it is not longer than the request. */
const MAX_NAMED = 20;

/**
 * The whole selection of a view, used if the client does not choose fields.
 * @param joined paths of joined fields that belong to this answer, for example `order.lines.product`
 */
export function wholeView(view: Type, joined: readonly string[] = []): Selection {
  return whole(view, joined, '');
}

/**
 * Parses `?fields=id,total.amountMinor` against the fields of the answer.
 * @throws {GatewayError} BAD_REQUEST naming the unknown fields
 */
export function parseFields(parameter: unknown, answer: Selection): Selection {
  if (parameter === undefined) return answer;
  if (typeof parameter !== 'string') throw refused(['fields must be given once']);
  const paths = parameter.split(',').map((path) => path.trim());
  const unknown = new Set(paths.filter((path) => !answer.has(path)));
  if (unknown.size)
    throw refused([...unknown].slice(0, MAX_NAMED).map((path) => `there is no field "${path.slice(0, 200)}"`));
  return paths.map((path) => only(path.split('.'), answer)).reduce((all, one) => all.with(one));
}

function whole(view: Type, joined: readonly string[], prefix: string): Selection {
  const fields = new Map<string, Selection>();
  for (const { name, kind, isJoined } of fieldsOf(view)) {
    const path = `${prefix}${name}`;
    if (isJoined && !joined.includes(path)) continue;
    fields.set(name, isView(kind) ? whole(kind, joined, `${path}.`) : Selection.leaf);
  }
  return new Selection(fields);
}

function only([name, ...rest]: string[], answer: Selection): Selection {
  const below = answer.at(name!)!;
  return new Selection(new Map([[name!, rest.length ? only(rest, below) : below]]));
}

function refused(messages: string[]): GatewayError {
  const errors = messages.map((message) => ({ field: 'fields', message }));
  return new GatewayError('BAD_REQUEST', { detail: `Cannot trim the answer: ${messages.join(', ')}.`, errors });
}
