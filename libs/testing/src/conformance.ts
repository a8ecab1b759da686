import { Ajv2020 } from 'ajv/dist/2020.js';

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, { $ref?: string; content?: object }> }>>;
}

const FORMATS = {
  email: /^[^@\s]+@[^@\s]+$/,
  uri: (text: string) => URL.canParse(text),
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
};

/** Returns the violations of a response; none for paths that the document does not have. */
export type Violations = (
  method: string,
  path: string,
  status: number,
  /** Undefined without content. */
  type: string | undefined,
  body: unknown,
) => string[];

/** Validates responses against an OpenAPI document. */
export function violationsOf(document: Record<string, unknown>): Violations {
  const { paths } = document as unknown as Document;
  const ajv = new Ajv2020({ strict: false, formats: FORMATS, logger: false });
  ajv.addSchema({ ...document, $id: 'service' });

  return (method, path, status, type, body) => {
    const template = Object.keys(paths).find((known) => matches(known, path));
    const operation = template && paths[template]![method.toLowerCase()];
    if (!operation) return [];
    const response = operation.responses[status];
    if (!response) return [`${method} ${template} must not answer ${status}`];
    if (type === undefined)
      return response.$ref || response.content ? [`${method} ${template} must answer ${status} with content`] : [];
    const pointer = response.$ref ?? `#/paths/${escaped(template)}/${method.toLowerCase()}/responses/${status}`;
    const check = ajv.getSchema(`service${pointer}/content/${escaped(type)}/schema`);
    if (!check) return [`${method} ${template} must not answer ${status} with ${type}`];
    return check(body) ? [] : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  };
}

function matches(template: string, path: string): boolean {
  const [actual] = path.split('?');
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(actual!);
}

/** As a reference in a JSON Pointer in a URI fragment (RFC 6901). */
function escaped(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}
