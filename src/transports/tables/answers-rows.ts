import { noteAnsweredView } from '#gateway/declare/answers';
import { MediaTypes } from '#gateway/declare/media-types';
import { viewRef } from '#libs/view';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProduces, ApiResponse } from '@nestjs/swagger';
import { NEGOTIATED_TYPES, TABLE_TYPES } from './table-types.ts';

/** Declares the rows of a REST route that answers with a table, and documents its formats in OpenAPI. */
export function AnswersRows(view: Type): MethodDecorator {
  noteAnsweredView(view);
  return applyDecorators(
    MediaTypes(...NEGOTIATED_TYPES),
    ApiProduces(...TABLE_TYPES),
    ApiResponse({
      status: 200,
      description:
        'All rows. The last record of NDJSON has `end`, which is false after an error, the number of `rows` and the `cursor` after the last one; in the other formats the transfer breaks off.',
      headers: {
        'Content-Disposition': {
          description: 'The name of the file.',
          schema: { type: 'string', maxLength: 200 },
        },
      },
      content: {
        'text/csv': { schema: { type: 'string' } },
        'application/x-ndjson': { schema: { type: 'string' } },
        'application/json': { schema: { type: 'array', items: viewRef(view) } },
      },
    }),
  );
}
