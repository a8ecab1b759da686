import { type HeaderName, headerRefs } from '#gateway/transports/rest/openapi/headers';
import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader } from '@nestjs/swagger';

/** What the headers of uploads mean. */
const HEADERS = {
  'Tus-Resumable': 'The version of tus: `1.0.0`.',
  'Upload-Length': 'The size of the whole file, in bytes.',
  'Upload-Defer-Length': '`1` if the size is not known yet.',
  'Upload-Metadata': 'Keys with values in base64: `filename`, `filetype`.',
  'Upload-Concat': '`partial`, or `final;` with the URLs of the parts.',
  'Upload-Checksum': 'The algorithm and the hash of the body, in base64.',
  'Upload-Offset': 'Where the body begins in the file.',
  'Upload-Complete': '`?1` if the body is the end of the file, else `?0`.',
  'Upload-Draft-Interop-Version':
    'The version of the draft: 6, 7 or 8. Only with it are there interim responses 104.',
  'Content-Digest': 'A hash of the body (RFC 9530).',
  'Repr-Digest': 'A SHA-256 of the whole file (RFC 9530).',
  'Content-Disposition': 'The file name (RFC 6266).',
};

/** The name of a header of uploads. */
export type UploadHeader = keyof typeof HEADERS;

/** Documents the headers of a route, `required` ones first, and its body. @param types the media types of the body */
export const TakesUpload = (
  required: readonly UploadHeader[],
  optional: readonly UploadHeader[] = [],
  ...types: string[]
): MethodDecorator =>
  applyDecorators(
    ...[...required, ...optional].map((name) =>
      ApiHeader({
        name,
        description: HEADERS[name],
        required: required.includes(name),
        schema: { type: 'string', maxLength: 8_192 },
      }),
    ),
    ...(types.length === 0
      ? []
      : [
          ApiConsumes(...types),
          ApiBody({
            required: false,
            schema: { type: 'string', format: 'binary' },
            description: 'Bytes of the file.',
          }),
        ]),
  );

/** Nest's metadata of `@ApiResponse`. */
const API_RESPONSE = 'swagger/apiResponse';

/** The headers of the state of an upload: of the draft, and of tus. */
export const STATE = ['Upload-Offset', 'Upload-Complete', 'Upload-Length', 'Upload-Limit'] as const;
export const TUS_STATE = [
  ...(['Tus-Resumable', 'Upload-Offset', 'Upload-Length', 'Upload-Defer-Length'] as const),
  ...(['Upload-Metadata', 'Upload-Concat', 'Upload-Expires'] as const),
];

/** Documents the headers of the successes of a route, which decorators below it declare. */
export const SendsHeaders =
  (...names: HeaderName[]): MethodDecorator =>
  (_target, _name, descriptor) => {
    const responses = Reflect.getMetadata(API_RESPONSE, descriptor.value!) as Record<string, { headers?: object }>;
    for (const response of Object.values(responses))
      response.headers = { ...response.headers, ...headerRefs(names) };
  };
