interface Media {
  schema?: object;
  itemSchema?: object;
}
type Contents = Record<string, Media>;
interface Response {
  content?: Contents;
}
interface Operation {
  responses: Record<string, Response>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Response> };
}

/** The statuses of requests that no operation receives, which `default` stands for. */
const OF_NO_OPERATION = ['405', '414', '417', '426', '431'];

/**
 * The OpenAPI 3.2 document as Prism 5.16 reads it: as 3.1, without QUERY, and with streams as text. `default` becomes
 * the errors of requests that no operation receives, so that any other undeclared status is a violation.
 */
export function prismDocument(text: string): Document {
  const document = JSON.parse(text) as Document;
  document.openapi = '3.1.0';
  for (const methods of Object.values(document.paths)) {
    delete methods['query'];
    for (const { responses } of Object.values(methods)) {
      const { default: others } = responses;
      delete responses['default'];
      for (const status of OF_NO_OPERATION) if (others) responses[status] ??= others;
      for (const response of Object.values(responses)) asText(response);
    }
  }
  return document;
}

function asText({ content = {} }: Response): void {
  for (const media of Object.values(content)) {
    // A file of any type is not read as text.
    if (isBinary(media.schema)) delete media.schema;
    if (!media.itemSchema) continue;
    delete media.itemSchema;
    media.schema = { type: 'string' };
  }
}

const isBinary = (schema: object | undefined): boolean =>
  (schema as { format?: string } | undefined)?.format === 'binary';
