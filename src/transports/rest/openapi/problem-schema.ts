import { catalogue, problemMembers } from '#libs/errors';
import type { JsonSchema } from '#libs/view';

const fieldError = {
  type: 'object',
  required: ['field', 'message'],
  properties: { field: { type: 'string' }, message: { type: 'string' } },
};

/** The schema of the announced end of an operation. */
export const announcedEnd = {
  type: 'object',
  description: 'The announced end of an operation: what `Deprecation`, `Sunset` and `Link` say.',
  required: ['since'],
  properties: { since: { type: 'string' }, sunset: { type: 'string' }, link: { type: 'string' } },
};

/**
 * The schema of problem documents, with every code of the catalogue. A function, since features add their error codes
 * after this module is loaded.
 */
export const problemSchema = (): JsonSchema => ({
  type: 'object',
  description: 'A problem document (RFC 9457).',
  required: ['type', 'title', 'status', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer', format: 'int32', minimum: 400, maximum: 599 },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', enum: Object.keys(catalogue) },
    requestId: { type: 'string', description: 'The id of this request in the logs.' },
    errors: { type: 'array', items: fieldError, description: 'Validation errors, by field.' },
    deprecation: announcedEnd,
    ...problemMembers(),
  },
});
