import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger, namedLogger, namedLoggers } from '#libs/observe';
import { LogLevels } from './log-levels.ts';

afterEach(() => void jest.useRealTimers());

function aLog() {
  const lines: string[] = [];
  const root = createLogger('test', 'info', { write: (line) => void lines.push(JSON.parse(line).msg as string) });
  const access = namedLogger(root, 'access');
  const levels = new LogLevels([['gateway', root], ...namedLoggers(root)]);
  const log = () => {
    lines.length = 0;
    root.debug('gateway debug');
    access.info('access info');
    access.debug('access debug');
    return [...lines];
  };
  return { levels, log };
}

describe('the levels of loggers', () => {
  it('change for one logger until their end, and then are as configured', () => {
    jest.useFakeTimers();
    const { levels, log } = aLog();
    expect(log()).toEqual(['access info']);
    levels.set({ logger: 'access', level: 'debug', until: Date.now() + 5_000 });
    expect(log()).toEqual(['access info', 'access debug']);
    jest.advanceTimersByTime(4_999);
    expect(log()).toHaveLength(2);
    jest.advanceTimersByTime(1);
    expect(log()).toEqual(['access info']);
    expect(levels.list().some(({ until }) => until)).toBe(false);
  });

  it('change for all at once; a later change replaces an earlier one and its end', () => {
    jest.useFakeTimers();
    const { levels, log } = aLog();
    levels.set({ level: 'debug', until: Date.now() + 1_000 });
    expect(log()).toEqual(['gateway debug', 'access info', 'access debug']);
    levels.set({ logger: 'access', level: 'warn', until: Date.now() + 10_000 });
    jest.advanceTimersByTime(2_000);
    expect(log()).toEqual([]);
    expect(levels.list()).toEqual([
      { logger: 'gateway', level: 'info', configured: 'info' },
      { logger: 'access', level: 'warn', configured: 'info', until: expect.any(String) },
    ]);
    levels.resetAll();
    expect(log()).toEqual(['access info']);
  });

  it('do not change by what has ended', () => {
    const { levels, log } = aLog();
    levels.set({ level: 'debug', until: Date.now() - 1 });
    expect(log()).toEqual(['access info']);
  });

  it('follow the settings; one that was changed for some time follows them after that', () => {
    jest.useFakeTimers();
    const { levels, log } = aLog();
    levels.set({ logger: 'access', level: 'warn', until: Date.now() + 1_000 });
    levels.apply({ LOG_LEVEL: 'debug' });
    expect(log()).toEqual(['gateway debug']);
    jest.advanceTimersByTime(1_000);
    expect(log()).toEqual(['gateway debug', 'access info', 'access debug']);
  });
});
