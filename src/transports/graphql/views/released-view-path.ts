/** The `operationId` of trusted queries by their hash. */
export const RELEASED_VIEW = 'releasedView';

/** The OpenAPI operation of trusted queries by their hash. */
export const releasedViewPath = () => ({
  operationId: RELEASED_VIEW,
  summary: 'Any released version of a view',
  description:
    'The query with this hash, whatever release it is of. Its variables are query parameters, as at the path of its name. ' +
    'A retired one announces its end by `Deprecation` and `Sunset`, and is answered with 410 from then on.',
  tags: ['views'],
  parameters: [
    {
      name: 'documentId',
      in: 'path',
      required: true,
      description: '`sha256:` and the SHA-256 of its text.',
      schema: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$', maxLength: 71 },
    },
    {
      name: 'variables',
      in: 'query',
      description: 'The variables of the query, each a parameter of its own.',
      style: 'form',
      explode: true,
      schema: { type: 'object', additionalProperties: { type: 'string' } },
    },
  ],
  responses: {
    200: {
      description: 'The data of the query.',
      content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
    },
  },
});
