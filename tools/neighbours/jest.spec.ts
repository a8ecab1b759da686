import { describe, expect, it } from '@jest/globals';
import { resolve } from 'node:path';
import { failedIn } from './jest.ts';

describe('a report of jest', () => {
  it('names the failed files, also those that did not load', () => {
    const testResults = [
      { name: resolve('test/neighbours/sdk/cpu.spec.ts'), status: 'passed', assertionResults: [{}] },
      { name: resolve('test/neighbours/grpc/cpu.spec.ts'), status: 'failed', assertionResults: [{}] },
      { name: resolve('test/neighbours/grpc/nginx.spec.ts'), status: 'failed', assertionResults: [] },
    ];
    expect(failedIn(JSON.stringify({ success: false, testResults }))).toEqual([
      'test/neighbours/grpc/cpu.spec.ts',
      'test/neighbours/grpc/nginx.spec.ts',
    ]);
  });
});
