import { LogLines } from '#libs/testing';
import { expect, it } from '@jest/globals';
import { createLogger } from './logger.ts';
import { startLog } from './start-log.ts';

it('writes the warnings and errors of a framework, but for the error that it throws as well', () => {
  const log = new LogLines();
  const start = startLog(createLogger('gateway', 'info', log));
  start.log();
  start.warn('a module has no name', 'Injector');
  start.error(new Error('lost'), undefined, 'Adapter');
  start.error(new Error('cannot start'), undefined, 'ExceptionHandler');
  expect(log.lines).toMatchObject([
    { level: 'warn', msg: 'a module has no name', context: 'Injector' },
    { level: 'error', msg: 'Error: lost', context: 'Adapter', err: { message: 'lost' } },
  ]);
});
