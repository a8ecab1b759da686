/** The parameter components of requests, which stages of the pipeline read. */
export const PARAMETERS = {
  RequestTimeout: {
    name: 'X-Request-Timeout-Ms',
    in: 'header',
    required: false,
    description: 'Lowers the deadline of this request, in milliseconds; it never raises it.',
    schema: { type: 'integer', minimum: 1, maximum: 999_999_999 },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    required: false,
    description: 'Entity tags that the client has: with one of them the answer is 304 without a body (RFC 9110).',
    schema: { type: 'string', maxLength: 8_192 },
  },
  Csrf: {
    name: 'X-CSRF',
    in: 'header',
    required: true,
    description: 'Always `1`: pages of other sites cannot send this header without a preflight, which is refused.',
    schema: { type: 'string', enum: ['1'] },
  },
};

/** The name of a parameter component. */
export type ParameterName = keyof typeof PARAMETERS;

/** A reference to a parameter component. */
export const parameterRef = (name: ParameterName): object => ({ $ref: `#/components/parameters/${name}` });
