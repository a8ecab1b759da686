import { ANY_FILE, AnyMediaType } from '#gateway/declare/media-types';
import { Refuses } from '#gateway/declare/refusals';
import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiProduces, ApiResponse } from '@nestjs/swagger';

const header = (description: string) => ({ description, schema: { type: 'string' as const, maxLength: 1_000 } });
const bytes = (types: readonly string[]) =>
  Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' as const, format: 'binary' } }]));

const HEADERS = {
  ETag: header('A strong entity tag, for `If-Range` and `If-None-Match`.'),
  'Last-Modified': header('When the file was stored.'),
  'Accept-Ranges': header('`bytes`.'),
  'Content-Disposition': header('Whether to save the file, and by which name (RFC 6266).'),
};

const RANGE_HEADERS = { ...HEADERS, 'Content-Range': header('Which bytes of the file these are.') };

/** Documents a route that sends a file: whole, by a range, or not at all because the client has it. */
export const AnswersFile = (types: readonly string[] = ANY_FILE): MethodDecorator =>
  applyDecorators(
    AnyMediaType(),
    ApiProduces(...types),
    ApiHeader({ name: 'Range', required: false, description: 'A range of bytes (RFC 9110, section 14.2).' }),
    ApiHeader({ name: 'If-Range', required: false, description: 'The entity tag that the range is of.' }),
    ApiResponse({ status: 200, description: 'The file.', content: bytes(types), headers: HEADERS }),
    ApiResponse({ status: 206, description: 'The range.', content: bytes(types), headers: RANGE_HEADERS }),
    ApiResponse({ status: 304, description: 'The client has the file.', headers: HEADERS }),
    Refuses('PRECONDITION_FAILED', 'RANGE_NOT_SATISFIABLE'),
  );
