import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger, logConsole } from '#libs/observe';

describe('what libraries write to the console', () => {
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
    console.error(new Error('broken'));
    console.debug('detail');
    expect(lines).toMatchObject([
      { level: 'warn', process: 'spec', from: 'console', msg: 'Eviction policy is allkeys-lru' },
      { level: 'error', msg: expect.stringContaining('Error: broken') },
    ]);
  });

  it('is one line where it is repeated', () => {
    for (let n = 0; n < 3; n += 1) console.warn('again');
    console.warn('another');
    expect(lines).toMatchObject([{ msg: 'again' }, { msg: 'another' }]);
  });
});
