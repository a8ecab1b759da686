import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import type { PinoLogger } from 'nestjs-pino';
import { LoopBlocks } from './loop-blocks.ts';

const aBlock = (durationMs: number, stack?: string) => ({ startedAt: 1_795_000_000_000, durationMs, stack });

function recorded() {
  const lines: Record<string, unknown>[] = [];
  const logger = { warn: (line: Record<string, unknown>) => void lines.push(line) } as unknown as PinoLogger;
  return { lines, blocks: new LoopBlocks(loadConfig({}), logger) };
}

describe('blocks of the event loop', () => {
  it('are counted with their time, and the last fifty are kept, the newest first', () => {
    const { blocks } = recorded();
    for (let i = 1; i <= 60; i += 1) blocks.add(aBlock(i, `at work${i}`));
    expect(blocks.counts).toEqual({ blocks: 60, durationMs: 1_830 });
    const kept = blocks.list();
    expect(kept).toHaveLength(50);
    expect([kept[0], kept.at(-1)]).toEqual([aBlock(60, 'at work60'), aBlock(11, 'at work11')]);
  });

  it('keep no more of a stack than 5,000 characters', () => {
    const { blocks } = recorded();
    blocks.add(aBlock(200, 'a'.repeat(9_000)));
    expect(blocks.list()[0]!.stack).toHaveLength(5_000);
  });

  it('are logged at most every ten seconds, with the number of those that were not', () => {
    const { blocks, lines } = recorded();
    for (const now of [0, 5_000, 9_999, 10_000, 21_000]) blocks.add(aBlock(150, 'at work'), now);
    expect(lines.map(({ unlogged }) => unlogged)).toEqual([undefined, 2, undefined]);
    expect(lines[0]).toEqual({ durationMs: 150, startedAt: '2026-11-18T11:06:40.000Z', stack: 'at work' });
  });
});
