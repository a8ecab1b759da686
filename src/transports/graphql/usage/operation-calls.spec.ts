import { loadConfig } from '#gateway/config/config';
import {
  parsedOperation,
  type PersistedOperation,
} from '#gateway/transports/graphql/documents/persisted-operations';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import type { GraphqlOperation } from '#gateway/transports/graphql/operation/graphql-operation';
import { aContext } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { CallCounts } from '#gateway/transports/usage/call-counts';
import { OperationCalls } from './operation-calls.ts';

const schema = buildSchema(`
  type Query { page(first: Int): Page sheet(of: Filter): Int }
  type Page { title: String }
  input Filter { word: String }
`);

function counting(environment: Record<string, string> = {}): { calls: OperationCalls; counts: CallCounts } {
  const config = loadConfig(environment);
  const executor = new Executor(config);
  executor.schema = schema;
  const counts = new CallCounts(config);
  return { calls: new OperationCalls(executor, counts), counts };
}

const trusted = (id: string, text: string) => parsedOperation(id, text) as PersistedOperation;
const by = (app?: string) => aContext({ client: { address: '', userAgent: '', app } });

function adHoc(text: string, at = 0): GraphqlOperation {
  const document = parse(text);
  const nodes = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  return { id: `${text} ${at}`, document, node: nodes[at] as OperationDefinitionNode, isOnly: nodes.length === 1 };
}

describe('calls of operations', () => {
  it('are counted by operation and client, and collected once', () => {
    const { calls, counts } = counting();
    const page = trusted('web/page', 'query Page($f: Filter) { page(first: 2) { title } sheet(of: $f) }');
    for (const app of ['web/1', 'web/1', 'ios/7', undefined]) calls.count(by(app), page);
    calls.count(by('ios/7'), page, true);
    const collected = counts.collect();
    expect(collected.map(({ client, isGone, calls: count }) => [client, isGone, count])).toEqual([
      ['web/1', false, 2],
      ['ios/7', false, 1],
      ['_NONE/_NONE', false, 1],
      ['ios/7', true, 1],
    ]);
    expect(collected[0]!.operation).toEqual({
      sha256: page.sha256,
      name: 'web/page',
      isPersisted: true,
      coordinates: [
        'Filter',
        'Filter.word',
        'Int',
        'Page',
        'Page.title',
        'Query.page',
        'Query.page(first:)',
        'Query.sheet',
        'Query.sheet(of:)',
        'String',
      ],
    });
    expect(counts.collect()).toEqual([]);
    calls.count(by('web/1'), page);
    expect(counts.collect()).toMatchObject([{ client: 'web/1', calls: 1 }]);
  });

  it('of ad-hoc documents have the name and the fields of the called operation alone', () => {
    const { calls, counts } = counting();
    calls.count(by(), adHoc('query One { sheet } query Two { page { title } }', 1));
    calls.count(by(), adHoc('{ sheet }'));
    calls.count(by(), adHoc(`query ${'N'.repeat(5_000)} { sheet }`));
    expect(
      counts
        .collect()
        .map(({ operation: { name, isPersisted, coordinates } }) => [name, isPersisted, coordinates]),
    ).toEqual([
      ['Two', false, ['Page', 'Page.title', 'Query.page', 'String']],
      ['anonymous', false, ['Int', 'Query.sheet']],
      ['N'.repeat(64), false, ['Int', 'Query.sheet']],
    ]);
  });

  it('of ad-hoc documents beyond 300 at a time count together, so that inventing them costs little', () => {
    const { calls, counts } = counting();
    for (let n = 0; n < 400; n += 1) calls.count(by('web/1'), adHoc(`query Q${n} { sheet }`));
    const collected = counts.collect();
    expect([collected.length, collected.at(-1)]).toMatchObject([
      301,
      { operation: { name: '_OTHER', coordinates: [] }, client: 'web/1', calls: 100 },
    ]);
    calls.count(by('web/1'), adHoc('query Later { sheet }'));
    expect(counts.collect()[0]!.operation.name).toBe('Later');
  });

  it('are not counted with USAGE_DAYS=0', () => {
    const { calls, counts } = counting({ USAGE_DAYS: '0' });
    calls.count(by(), trusted('web/page', '{ sheet }'));
    expect(counts.collect()).toEqual([]);
  });
});
