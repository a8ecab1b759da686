import { ENVELOPE } from '#gateway/edge/negotiation/accept';
import type { JsonSchema } from '#libs/view';

/**
 * The edition of the document: 3.1 has of each operation the one representation that a generated client should ask for,
 * since generators take a union of all, or the wrong one; 3.2 has every representation.
 */
export type Edition = '3.1' | '3.2';

/** The contents of a response, by media type. */
export type Contents = Record<string, { schema?: JsonSchema; itemSchema?: JsonSchema; [other: string]: unknown }>;

/** A JSON answer in the envelope that clients may prefer. */
export const envelopeContents = (data: JsonSchema, code: JsonSchema): Contents => ({
  [ENVELOPE]: {
    schema: {
      type: 'object',
      required: ['code', 'message', 'data'],
      properties: { code, message: { type: 'string' }, data },
    },
  },
});

/** The declaration of the envelope for all answers of the 3.1 document. */
export const ENVELOPE_OF_ALL = {
  description:
    'With this media type in `Accept` the JSON of every answer is `data`, and so is the problem document of every error, whose code and detail are beside it.',
  content: envelopeContents({}, { type: 'string', description: '`OK`, or the code of the error.' }),
};
