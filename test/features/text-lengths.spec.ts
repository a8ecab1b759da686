import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MAX_URL_LENGTH } from '#gateway/edge/malformed/request-target';
import { Access } from '#test/support/access';
import { Shop } from '#test/support/shop';

interface Parameter {
  in: string;
  name: string;
  schema: { type?: string; maxLength?: number; pattern?: string; enum?: unknown[] };
}

const access = new Access();
let shop: Shop;
let reads: { path: string; parameters: Parameter[] }[];

beforeAll(async () => {
  shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey });
  const { paths, components } = (await (await fetch(`${shop.gateway.url}/openapi.json`)).json()) as {
    paths: Record<string, { get?: { parameters?: (Parameter | { $ref: string })[] } }>;
    components: { parameters: Record<string, Parameter> };
  };
  reads = Object.entries(paths).flatMap(([path, { get }]) => {
    const all = (get?.parameters ?? []).map((one) =>
      '$ref' in one ? components.parameters[one.$ref.split('/').at(-1)!]! : one,
    );
    const texts = all.filter(({ schema }) => schema.type === 'string' && !schema.pattern && !schema.enum);
    return get ? [{ path, parameters: texts }] : [];
  });
});
afterAll(() => shop?.close());

/** Asks with a text of this length as a parameter. */
async function statusOf(path: string, { in: where, name }: Parameter, length: number) {
  const text = 'x'.repeat(length);
  const url = path.replaceAll(/\{(\w+)\}/g, (_, part: string) =>
    where === 'path' && part === name ? text : 'none',
  );
  const query = where === 'query' ? `?${name}=${text}` : '';
  const headers = {
    ...access.admin,
    accept: 'application/json',
    ...(where === 'header' ? { [name]: text } : {}),
  };
  const leaving = new AbortController();
  const answer = await fetch(`${shop.gateway.url}${url}${query}`, {
    headers,
    redirect: 'manual',
    signal: leaving.signal,
  });
  const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json');
  const problem = isProblem ? ((await answer.json()) as { errors?: { field: string; message: string }[] }) : {};
  leaving.abort();
  return { status: answer.status, errors: problem.errors ?? [] };
}

it('no text of a request may be longer than its URL or its headers', () => {
  const texts = reads.flatMap(({ path, parameters }) => parameters.map((one) => ({ path, ...one })));
  expect(texts.filter(({ schema }) => (schema.maxLength ?? Infinity) > MAX_URL_LENGTH)).toEqual([]);
});

it('a query parameter of the declared length is not refused for it, and a longer one is', async () => {
  let tried = 0;
  for (const { path, parameters } of reads) {
    for (const one of parameters.filter(
      (each) => each.in === 'query' && each.schema.maxLength! < MAX_URL_LENGTH,
    )) {
      const max = one.schema.maxLength!;
      const [whole, longer] = [await statusOf(path, one, max), await statusOf(path, one, max + 1)];
      const refused = {
        status: 422,
        errors: [{ field: one.name, message: expect.stringContaining(`${max} characters`) }],
      };
      expect([path, one.name, longer]).toEqual([path, one.name, refused]);
      expect([path, one.name, whole]).not.toEqual([path, one.name, refused]);
      tried += 1;
    }
  }
  expect(tried).toBeGreaterThan(5);
});
