import type { Config } from '#gateway/config/config';
import { type ErrorCode, GatewayError } from '#libs/errors';
import { MAX_LIST_SIZE } from '#libs/view';
import type { Size } from './measure.ts';

/** The limits of an operation's size: their error codes and their names in messages. */
const limitsOf = (config: Config): [keyof Size, number, ErrorCode, string][] => [
  ['depth', config.GRAPHQL_MAX_DEPTH, 'GRAPHQL_TOO_DEEP', 'Query depth'],
  ['rootFields', config.GRAPHQL_MAX_ROOT_FIELDS, 'GRAPHQL_TOO_MANY_ROOT_FIELDS', 'Root field count'],
  ['aliases', config.GRAPHQL_MAX_ALIASES, 'GRAPHQL_TOO_MANY_ALIASES', 'Alias count'],
  ['directives', config.GRAPHQL_MAX_DIRECTIVES, 'GRAPHQL_TOO_MANY_DIRECTIVES', 'Directive count'],
  ['fields', config.GRAPHQL_MAX_FIELDS, 'GRAPHQL_TOO_MANY_FIELDS', 'Field count'],
  ['page', MAX_LIST_SIZE, 'GRAPHQL_PAGE_TOO_LARGE', 'Page size'],
  ['cost', config.GRAPHQL_MAX_COST, 'GRAPHQL_TOO_EXPENSIVE', 'Query cost'],
];

/** Makes the check that refuses operations beyond a limit. The check throws a GatewayError GRAPHQL_* with limit and value. */
export function sizeCheck(config: Config): (size: Size) => void {
  const limits = limitsOf(config);
  const isOpen = config.NODE_ENV !== 'production';
  return (size) => {
    if (size.isIncremental) {
      const detail = '@defer and @stream are not supported.';
      throw new GatewayError('GRAPHQL_INCREMENTAL_REFUSED', { detail });
    }
    for (const [name, limit, code, what] of limits) {
      if (Number(size[name]) > limit) throw tooMuch(code, what, limit, Number(size[name]));
    }
    if (size.selectsSchema && !isOpen) {
      throw new GatewayError('GRAPHQL_INTROSPECTION_OFF', { detail: 'Introspection is disabled.' });
    }
  };
}

/** The error for a value beyond a limit. @param what the value's name, for example `Query depth` */
export function tooMuch(code: ErrorCode, what: string, limit: number, value: number): GatewayError {
  return new GatewayError(code, { detail: `${what} ${Math.round(value)} exceeds the limit of ${limit}.` });
}
