import type { GraphqlRequest } from './documents.ts';
import type { FuzzedGateway } from './fuzzed-gateway.ts';
import { codesIn, type Outcome } from './outcome.ts';
import type { Reference } from './reference.ts';
import type { Way } from './ways.ts';

/** What a mistake of the client is called in REST. */
const IN_REST: Record<string, string> = { GRAPHQL_VALIDATION_FAILED: 'BAD_REQUEST' };

/** A trusted query as a REST resource: its data is the whole answer, and what fails is a problem. */
export class View implements Way {
  readonly name = 'view';
  private id: string | undefined;

  constructor(private readonly gateway: FuzzedGateway) {}

  takes({ kind, operationName, query, variables }: GraphqlRequest, { isValid }: Reference): boolean {
    const isAlone = kind === 'query' && operationName === undefined;
    return isValid && isAlone && Object.entries(variables).every(([name, value]) => isText(query, name, value));
  }

  begin({ query }: GraphqlRequest): void {
    this.id = this.gateway.trust(query);
  }

  async send({ variables }: GraphqlRequest): Promise<Outcome> {
    const all = Object.entries(variables).flatMap(([name, value]) =>
      [value].flat().map((one) => [name, String(one)]),
    );
    const { status, text } = await this.gateway.get(`/v1/views/${this.id}?${new URLSearchParams(all)}`);
    if (status === 200) return { data: text, errors: [] };
    return { data: undefined, errors: [(JSON.parse(text) as { code: string }).code] };
  }

  /** Its parameters are looked at first. */
  isCharged({ data }: Reference): boolean {
    return data !== undefined;
  }

  /** A problem is one of the errors: which of them is not said. */
  expected({ outcome }: Reference, got: Outcome): Outcome {
    if (!outcome.errors.length) return outcome;
    const codes = codesIn(outcome).map((code) => IN_REST[code] ?? code);
    return { data: undefined, errors: [codes.find((code) => code === got.errors[0]) ?? codes[0]!] };
  }
}

/** Whether the value of a variable can be said in a query string, where everything is text. */
function isText(query: string, name: string, value: unknown): boolean {
  const [, list, type] = new RegExp(String.raw`\$${name}: (\[?)(\w+)`).exec(query) ?? [];
  if (Array.isArray(value))
    return list === '[' && value.length > 0 && value.every((one) => isText(query, name, one));
  // An unknown parameter is refused.
  if (type === undefined) return false;
  if (typeof value === 'string')
    return value.isWellFormed() && type !== 'Int' && type !== 'SafeInt' && type !== 'Boolean' && type !== 'Float';
  if (typeof value === 'boolean') return type === 'Boolean';
  return typeof value === 'number' && (type === 'Int' || type === 'SafeInt' || type === 'Float');
}
