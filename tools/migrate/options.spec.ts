import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.ts';

const services = ['orders', 'users'];

describe('npm run migrate', () => {
  it('is for all services, or for those named', () => {
    expect(readOptions(['status'], services)).toEqual({ command: 'status', services });
    expect(readOptions(['up', '--service', 'users'], services)).toEqual({ command: 'up', services: ['users'] });
  });

  it('undoes migrations of named services only, and only if that is confirmed', () => {
    expect(readOptions(['down', '--yes'], services)).toMatch(/^down needs a --service/);
    expect(readOptions(['down', '--service', 'users'], services)).toMatch(/--yes/);
    expect(readOptions(['down', '--service', 'users', '--yes'], services)).toMatchObject({ command: 'down' });
  });

  it.each([
    [[], 'must be status, up or down'],
    [['sideways'], 'must be status, up or down'],
    [['up', 'down'], 'must be status, up or down'],
    [['up', '--service', 'nobody'], 'No service "nobody"'],
    [['up', '--al'], '--al'],
  ])('explains what is wrong with %j, and how it is used', (args, problem) => {
    const text = readOptions(args, services);
    expect(text).toContain(problem);
    expect(text).toContain('one of orders, users');
  });
});
