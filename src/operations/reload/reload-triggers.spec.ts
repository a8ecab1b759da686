import { afterEach, describe, expect, it } from '@jest/globals';
import { ReloadTriggers } from './reload-triggers.ts';

describe('SIGHUP', () => {
  const before = process.listeners('SIGHUP');
  afterEach(() => {
    for (const listener of process.listeners('SIGHUP'))
      if (!before.includes(listener)) process.off('SIGHUP', listener);
  });

  it('during the start requests a reload once the process has started', async () => {
    const triggers = new ReloadTriggers();
    process.emit('SIGHUP');
    const causes: string[] = [];
    triggers.start(
      () => [],
      (cause) => causes.push(cause),
    );
    expect(causes).toEqual(['signal']);
    process.emit('SIGHUP');
    expect(causes).toEqual(['signal', 'signal']);
  });

  it('requests no reload where there was none', () => {
    const causes: string[] = [];
    new ReloadTriggers().start(
      () => [],
      (cause) => causes.push(cause),
    );
    expect(causes).toEqual([]);
  });
});
