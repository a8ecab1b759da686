import { globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { WITHOUT_ID } from '#test/neighbours/graphql/front-end/src/without-id';
import type { ShopOfClients } from '#test/neighbours/graphql/shop-of-clients';
import { buildSchema, isObjectType, Kind, parse, print, visit } from 'graphql';

/** The native compiler takes a tenth of the time. */
const TSC = resolve('node_modules/@typescript/native/bin/tsc');

const CLIENTS = globSync('clients/*/*.graphql').sort();
const upperFirst = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

/** A document as Relay wants it: its operation is named by the module it is in and by its kind. */
function asModule(file: string): { module: string; text: string } {
  let module = '';
  const document = visit(parse(readFileSync(file, 'utf8')), {
    OperationDefinition(node) {
      module = node.name!.value;
      return { ...node, name: { kind: Kind.NAME, value: module + upperFirst(node.operation) } };
    },
  });
  return { module, text: print(document) };
}

/** The first block of a language in docs/graphql.md after a text. */
function inDocs(text: string, language: string): string {
  const after = readFileSync('docs/graphql.md', 'utf8').split(text)[1] ?? '';
  return new RegExp(`\`\`\`${language}\\n(.+?)\`\`\``, 's').exec(after)![1]!;
}

/** Code that clients generate from the schema of a running gateway. @param all the shop, once it is open */
export function generatedCode(all: () => ShopOfClients): void {
  describe('code that is generated from the schema of a running gateway', () => {
    it('type-checks with tsc --strict: enums, scalars, root fields that may be null, unions; for codegen, gql.tada and Relay', async () => {
      await all().project.check(TSC);
    });

    it('and does not where a type is another than it says', async () => {
      const file = all().project.at('src/codegen/gql/graphql.ts');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace('placedAt: string', 'placedAt: any').replace("| 'PAID'", ''));
      await expect(all().project.check(TSC)).rejects.toThrow(
        /types\.ts\(\d+,6\): error TS2344: Type 'false' does not satisfy the constraint 'true'/,
      );
      writeFileSync(file, text);
    });

    it('type-checks with the settings of docs/graphql.md, whose scalars are complete', async () => {
      const { project } = all();
      writeFileSync(project.at('codegen.docs.ts'), inDocs('GraphQL Code Generator, `codegen.ts`', 'ts'));
      await project.run('graphql-codegen', ['--config', 'codegen.docs.ts', '--verbose']);
      await project.check(TSC, 'tsconfig.docs.json');
      const types = readFileSync(project.at('src/gql/graphql.ts'), 'utf8');
      expect(types).toContain('placedAt: string');
      expect(types).toContain('amountMinor: number');
    });

    it('has the scalars of docs/graphql.md in the settings of Relay and gql.tada, too', () => {
      const relay = JSON.parse(inDocs('Relay, `relay.config.json`', 'json')) as object;
      for (const name of ['relay.config.json', 'relay.clients.config.json'])
        expect(JSON.parse(readFileSync(all().project.at(name), 'utf8'))).toMatchObject({
          ...relay,
          schema: './schema.graphql',
        });
      const [scalars] = /scalars: \{.+?\}/.exec(inDocs('gql.tada:', 'ts'))!;
      expect(readFileSync(all().project.at('src/urql/graphql.ts'), 'utf8')).toContain(scalars);
    });

    it('has types for every operation of the folder clients', () => {
      const types = readFileSync(all().project.at('src/codegen/clients/graphql.ts'), 'utf8');
      for (const file of CLIENTS) {
        const [, kind, name] = /^(query|mutation|subscription) (\w+)/m.exec(readFileSync(file, 'utf8'))!;
        expect(types).toContain(`export type ${name}${upperFirst(kind!)} = {`);
      }
    });

    it('is made by relay-compiler too, for every operation of the folder clients', async () => {
      const modules = CLIENTS.map(asModule);
      mkdirSync(all().project.at('src/relay-clients'), { recursive: true });
      for (const { module, text } of modules) {
        const source = `import { graphql } from 'relay-runtime';\ngraphql\`${text}\`;\n`;
        writeFileSync(all().project.at(`src/relay-clients/${module}.ts`), source);
      }
      await all().project.run('relay-compiler', ['relay.clients.config.json']);
      const made = readdirSync(all().project.at('src/relay-clients/artifacts'));
      expect(made.map((name) => name.replace(/(Query|Mutation|Subscription)\.graphql\.ts$/, '')).sort()).toEqual(
        modules.map(({ module }) => module).sort(),
      );
    });

    it('knows which objects have no id, as docs/interop.md tells normalised caches', () => {
      const schema = readFileSync(all().project.at('schema.graphql'), 'utf8');
      const roots = ['Query', 'Mutation', 'Subscription'];
      const without = Object.values(buildSchema(schema).getTypeMap()).filter(
        (type) => isObjectType(type) && !type.name.startsWith('__') && !type.getFields()['id'],
      );
      const names = without
        .map(({ name }) => name)
        .filter((name) => !roots.includes(name))
        .sort();
      expect(WITHOUT_ID).toEqual(names);
      const [, result] = /const WITHOUT_ID = \[([^\]]+)\]/.exec(readFileSync('docs/interop.md', 'utf8'))!;
      expect(result!.match(/\w+/g)).toEqual(names);
    });
  });
}
