import { PROBLEM_TYPE } from '#gateway/edge/errors/problem';
import { catalogue, type ErrorCode } from '#libs/errors';
import type { JsonSchema } from '#libs/view';
import { type Edition, envelopeContents } from './envelope.ts';
import { errorHeaders, headerRefs } from './headers.ts';

/** A response of OpenAPI, or a reference to one. */
export type Response = { description?: string; content?: object; headers?: object; $ref?: string };

/** The error responses of a document and the schemas of their bodies, by name. */
export interface ErrorComponents {
  responses: Record<string, Response>;
  schemas: Record<string, JsonSchema>;
}

const [PROBLEM] = PROBLEM_TYPE.split(';') as [string];

/** Responses of any other error: those that no operation has of itself, such as 405, 414 and 431. */
export const OTHER_ERRORS: Response = {
  description: 'Any other error.',
  headers: { ...errorHeaders([]), ...headerRefs(['Allow']) },
  content: { [PROBLEM]: { schema: { $ref: '#/components/schemas/Problem' } } },
};

/**
 * The error responses of an operation, by status: references to shared components, each with the codes that can occur.
 * Adds the components that are missing.
 */
export function errorResponses(
  codes: Iterable<ErrorCode>,
  components: ErrorComponents,
  edition: Edition,
): Record<string, Response> {
  const byStatus = Object.groupBy(sortedCodes(codes), (code) => String(catalogue[code].status));
  return Object.fromEntries(
    Object.entries(byStatus as Record<string, ErrorCode[]>).map(([status, ofStatus]) => {
      const name = ofStatus.map(pascal).join('Or');
      components.responses[name] ??= responseOf(ofStatus, `${name}Problem`, edition);
      components.schemas[`${name}Problem`] ??= problemOf(Number(status), ofStatus);
      return [status, { $ref: `#/components/responses/${name}` }];
    }),
  );
}

/** Codes in the order of the catalogue. */
const sortedCodes = (codes: Iterable<ErrorCode>): ErrorCode[] => {
  const all = Object.keys(catalogue);
  return [...codes].sort((one, other) => all.indexOf(one) - all.indexOf(other));
};

const pascal = (code: string): string =>
  code
    .split('_')
    .map((word) => word[0]! + word.slice(1).toLowerCase())
    .join('');

const responseOf = (codes: ErrorCode[], name: string, edition: Edition): Response => ({
  description: codes.map((code) => `\`${code}\`: ${catalogue[code].when}`).join('\n\n'),
  headers: errorHeaders(codes),
  content: contentsOf({ $ref: `#/components/schemas/${name}` }, codes, edition),
});

const contentsOf = (schema: JsonSchema, codes: ErrorCode[], edition: Edition) => ({
  [PROBLEM]: { schema },
  ...(edition === '3.2' && envelopeContents(schema, { type: 'string', enum: codes })),
});

/** A problem with the codes of a response, so that clients can tell errors apart by type. */
const problemOf = (status: number, codes: ErrorCode[]): JsonSchema => ({
  description: `A problem document with the status ${status}.`,
  allOf: [
    { $ref: '#/components/schemas/Problem' },
    {
      type: 'object',
      required: ['status', 'code'],
      properties: {
        status: { type: 'integer', enum: [status] },
        code: { type: 'string', enum: codes },
      },
    },
  ],
});
