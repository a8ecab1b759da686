import { expect, it } from '@jest/globals';
import { figuresTable } from './figures-table.ts';

it('has a row for each client of each scenario, without values that were not measured', () => {
  const figures = { scenario: 'nginx, defaults', calls: 1200, failedAs: {}, durationMs: 1_640 };
  const table = figuresTable([
    { ...figures, client: 'ours', failures: 0, connections: 2 },
    { ...figures, client: 'grpc-js', failures: 3, cpuMicros: 81.6 },
  ]);
  expect(table.split('\n').slice(2)).toEqual([
    '| nginx, defaults | ours | 1200 | 0 | 2 | 1.6 |  |',
    '| nginx, defaults | grpc-js | 1200 | 3 |  | 1.6 | 82 µs |',
  ]);
});
