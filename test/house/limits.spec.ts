import { readFileSync } from 'node:fs';
import { loadConfig } from '#gateway/config/config';
import { Compiled } from '#gateway/transports/graphql/execute/compiled';
import { LIST_SIZES } from '#gateway/transports/graphql/limits/list-sizes';
import { type Limits, LIMITS } from '#gateway/declare/limited';
import { createGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { describe, expect, it } from '@jest/globals';

const page = readFileSync('docs/limits.md', 'utf8');

/** The cells of a table, by the title of its first column. */
function tableOf(title: string): string[][] {
  const [, table] = page.split(`| ${title} |`);
  const rows = table!.split('\n\n')[0]!.split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('docs/limits.md', () => {
  it('has what each field of GraphQL costs, and what it counts for', async () => {
    const app = await createGateway(loadConfig({ PORT: '0', ADMIN_PORT: '0' }), createLogger('gateway', 'silent'));
    const { schema } = app.get(Compiled, { strict: false });
    const roots = [schema.getQueryType()!, schema.getMutationType()!, schema.getSubscriptionType()!];
    const rows = roots.flatMap((root) =>
      Object.values(root.getFields()).map(({ name, extensions }) => {
        const { cost = 1, by = [] } = (extensions[LIMITS] ?? {}) as Limits;
        return [`\`${root.name}.${name}\``, `${cost}`, by.map((policy) => `\`${policy}\``).join(', ')];
      }),
    );
    await app.close();
    expect(tableOf('Field of GraphQL').sort()).toEqual(rows.sort());
  });

  it('has how long each list is taken to be', () => {
    const rows = Object.entries(LIST_SIZES).map(([list, { sizedFields, slicingArguments = [], assumedSize }]) => {
      const sized = sizedFields ? `: ${sizedFields.map((one) => `\`${one}\``).join(', ')}` : '';
      const size = assumedSize ?? slicingArguments.map((one) => `\`${one}\``).join(', ');
      return [`\`${list}\`${sized}`, `${size}`];
    });
    expect(tableOf('List')).toEqual(rows);
  });
});
