import { spawnSync } from 'node:child_process';
import { OBSERVE, rules } from '#test/support/observe/expressions';
import { describeWith } from '#test/support/neighbours/describe-with';
import { expect, it } from '@jest/globals';
import { programs } from './programs.ts';

const promtool = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync('promtool', args, {
    cwd: `${OBSERVE}/prometheus`,
    encoding: 'utf8',
  });
  return { status, output: `${stdout}${stderr}` };
};

describeWith(programs.quick, 'promtool', () => {
  it('finds nothing wrong with the rules, and finds all of them', () => {
    const { status, output } = promtool('check', 'rules', 'rules.yml', 'alerts.yml');
    const found = [...output.matchAll(/(\d+) rules found/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    expect([status, found]).toEqual([0, rules().length]);
  });

  it('sees every alert fire at its time, and not a minute before', () => {
    const { status, output } = promtool('test', 'rules', 'alerts.test.yml');
    expect([status, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it('finds nothing wrong with the configuration', () => {
    expect(promtool('check', 'config', '--syntax-only', 'prometheus.yml').status).toBe(0);
  });
});
