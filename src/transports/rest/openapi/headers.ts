import { catalogue, type ErrorCode } from '#libs/errors';

const header = (description: string, schema: object = { type: 'string', maxLength: 1_000 }) => ({
  description,
  schema,
});

/** The header components of responses. */
export const HEADERS = {
  Accept: header('The media types of requests that are accepted (RFC 9110, section 12.5.1).'),
  'Accept-Encoding': header('The content codings of requests that are accepted (RFC 7694).'),
  'Accept-Patch': header('The media types of `PATCH` (RFC 5789).'),
  'Accept-Ranges': header('The units of ranges: `bytes` (RFC 9110, section 14.3).'),
  'Access-Control-Allow-Origin': header('The origin of the requesting page, if CORS_ORIGINS lists it.'),
  Allow: header('The methods of the resource (RFC 9110, section 10.2.1).'),
  'Cache-Control': header('How long the response may be reused, and by which caches (RFC 9111).'),
  'Content-Disposition': header('Whether to save the file, and by which name (RFC 6266).'),
  'Content-Location': header('The URL of the representation in the body (RFC 9110, section 8.7).'),
  'Content-Range': header('Which bytes of the file these are (RFC 9110, section 14.4).'),
  Deprecation: header('Since when the operation is deprecated, as a structured date (RFC 9745).'),
  ETag: header(
    'The entity tag of the representation, for `If-None-Match`, `If-Range` of a file and `If-Match` of a versioned resource.',
  ),
  'Last-Modified': header('When the file was stored, as an HTTP date (RFC 9110, section 8.8.2).'),
  Link: header('Related resources, for example the guide to the replacement of the operation (RFC 8288).'),
  Location: header('The URL of the created resource, or of the state of the accepted work.'),
  RateLimit: header('The remaining quota of each limit (draft-ietf-httpapi-ratelimit-headers).'),
  'RateLimit-Policy': header('The limits that apply (draft-ietf-httpapi-ratelimit-headers).'),
  'Retry-After': header('When to retry, in seconds.', { type: 'integer', minimum: 0, maximum: 86_400 }),
  'Set-Cookie': header('A cookie of the session or the device, where it is set, renewed or deleted (RFC 6265).'),
  Sunset: header('When the operation may be removed, as an HTTP date (RFC 8594).'),
  'Tus-Checksum-Algorithm': header('The algorithms of `Upload-Checksum` (tus 1.0).'),
  'Tus-Extension': header('The supported extensions (tus 1.0).'),
  'Tus-Max-Size': header('The size of the largest upload, in bytes (tus 1.0).'),
  'Tus-Resumable': header('The version of tus that the answer follows.'),
  'Tus-Version': header('The supported versions of tus.'),
  'Upload-Complete': header('`?1` if the upload is complete, else `?0` (draft-ietf-httpbis-resumable-upload).'),
  'Upload-Concat': header('`partial`, or `final;` with the URLs of the parts (tus 1.0).'),
  'Upload-Defer-Length': header('`1` if the size is not known yet (tus 1.0).'),
  'Upload-Expires': header('When the unfinished upload is deleted, as an HTTP date (tus 1.0).'),
  'Upload-Length': header('The size of the whole file, in bytes.'),
  'Upload-Limit': header('What an upload may have (draft-ietf-httpbis-resumable-upload).'),
  'Upload-Metadata': header('The keys and values that the upload was created with (tus 1.0).'),
  'Upload-Offset': header('How many bytes are stored: where the upload goes on.'),
  'WWW-Authenticate': header('The accepted schemes, and why the credentials do not suffice (RFC 9110, RFC 6750).'),
  'X-Request-Id': header('The id of this request in the logs; absent where a shared cache may keep the response.'),
};

/** The name of a header component. */
export type HeaderName = keyof typeof HEADERS;

/** The headers that every response may have. */
export const EVERYWHERE: readonly HeaderName[] = [
  'X-Request-Id',
  'RateLimit',
  'RateLimit-Policy',
  'Access-Control-Allow-Origin',
  'Cache-Control',
  'Set-Cookie',
];

/** References to header components. */
export const headerRefs = (names: readonly HeaderName[]): Record<string, object> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** The headers that responses with some codes have, beside the `Retry-After` of the catalogue. */
const OF_CODES: readonly [headers: readonly HeaderName[], codes: readonly ErrorCode[]][] = [
  [['WWW-Authenticate'], ['UNAUTHENTICATED', 'STEP_UP_REQUIRED', 'FORBIDDEN']],
  [['Accept', 'Accept-Encoding', 'Accept-Patch'], ['UNSUPPORTED_MEDIA_TYPE']],
  [['Upload-Offset', 'Upload-Complete'], ['OFFSET_MISMATCH']],
];

/** The headers of an error response with one of these codes. */
export const errorHeaders = (codes: readonly ErrorCode[]): Record<string, object> =>
  headerRefs([
    ...EVERYWHERE,
    ...(codes.some((code) => catalogue[code].hasRetryAfter) ? (['Retry-After'] as const) : []),
    ...OF_CODES.flatMap(([headers, its]) => (codes.some((code) => its.includes(code)) ? headers : [])),
  ]);
