import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger, logConsole } from '#libs/observe';

describe('what is written to the console', () => {
  const before = { ...console };
  let lines: object[];
  beforeEach(() => {
    lines = [];
    const write = (line: string) => void lines.push(JSON.parse(line) as object);
    logConsole(createLogger('spec', 'info', { write }));
  });
  afterEach(() => void Object.assign(console, before));

  it('is in the log, at its level', () => {
    console.warn('Eviction policy is %s', 'allkeys-lru');
    console.error('failed:', Object.assign(new Error('broken'), { command: { name: 'auth', args: ['s3cret'] } }));
    console.debug('detail');
    expect(lines).toMatchObject([
      { level: 'warn', process: 'spec', from: 'console', msg: 'Eviction policy is allkeys-lru' },
      { level: 'error', msg: 'failed: Error: broken', err: { message: 'broken' } },
    ]);
    expect(JSON.stringify(lines)).not.toContain('s3cret');
  });

  it('is one line where a warning is repeated', () => {
    for (let n = 0; n < 3; n += 1) console.warn('again');
    console.warn('another');
    for (let n = 0; n < 2; n += 1) console.log('called');
    expect(lines).toMatchObject([{ msg: 'again' }, { msg: 'another' }, { msg: 'called' }, { msg: 'called' }]);
  });
});
