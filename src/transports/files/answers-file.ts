import { ANY_FILE, AnyMediaType } from '#gateway/declare/media-types';
import { Refuses } from '#gateway/declare/refusals';
import { headerRefs } from '#gateway/transports/rest/openapi/headers';
import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiProduces, ApiResponse } from '@nestjs/swagger';

const bytes = (types: readonly string[]) =>
  Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' as const, format: 'binary' } }]));

const HEADERS = ['ETag', 'Last-Modified', 'Accept-Ranges', 'Content-Disposition'] as const;

/** Documents a route that sends a file: whole, by a range, or not at all because the client has it. */
export const AnswersFile = (types: readonly string[] = ANY_FILE): MethodDecorator =>
  applyDecorators(
    AnyMediaType(),
    ApiProduces(...types),
    ApiHeader({ name: 'Range', required: false, description: 'A range of bytes (RFC 9110, section 14.2).' }),
    ApiHeader({ name: 'If-Range', required: false, description: 'The entity tag that the range is of.' }),
    ApiResponse({ status: 200, description: 'The file.', content: bytes(types), headers: headerRefs(HEADERS) }),
    ApiResponse({
      status: 206,
      description: 'The range.',
      content: bytes(types),
      headers: headerRefs([...HEADERS, 'Content-Range']),
    }),
    ApiResponse({ status: 304, description: 'The client has the file.', headers: headerRefs(HEADERS) }),
    Refuses('PRECONDITION_FAILED', 'RANGE_NOT_SATISFIABLE'),
  );
