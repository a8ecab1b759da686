import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type LoopBlock, watchEventLoop } from '#libs/process';
import { outputOf } from '#libs/testing';

const FIXTURE = fileURLToPath(new URL('./event-loop-watch.fixture.ts', import.meta.url));

const THRESHOLD_MS = 100;

describe('the watch of the event loop', () => {
  let stop: () => Promise<void> = async () => {};
  afterEach(() => stop());

  const blocks: LoopBlock[] = [];
  let notify = () => {};
  function watch(): void {
    blocks.length = 0;
    stop = watchEventLoop(
      THRESHOLD_MS,
      (block) => (blocks.push(block), notify()),
      (error) => {
        throw error;
      },
    );
  }
  const reported = async (is: (block: LoopBlock) => boolean): Promise<LoopBlock> => {
    for (;;) {
      const found = blocks.find(is);
      if (found) return found;
      await new Promise<void>((resolve) => (notify = resolve));
    }
  };
  function blockTheLoopFor(ms: number): void {
    const until = performance.now() + ms;
    while (performance.now() < until);
  }

  it('reports what blocked it, for how long, and where', async () => {
    watch();
    // Until the thread watches, a block is not noticed; then the first is.
    const again = setInterval(() => blockTheLoopFor(400), 500);
    const block = await reported(({ stack }) => stack?.includes('blockTheLoopFor') === true);
    clearInterval(again);
    expect(block.durationMs).toBeGreaterThan(THRESHOLD_MS);
    expect(block.stack).toMatch(/^at .*blockTheLoopFor.*event-loop-watch\.spec\.ts/m);
    expect(block.stack).not.toContain('<anonymous>:1');
    expect(Math.abs(Date.now() - block.startedAt)).toBeLessThan(60_000);
  });

  it('adds nothing to what a process writes as it ends', async () => {
    const child = spawn(process.execPath, ['-C', 'atrium', FIXTURE], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = outputOf(child);
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(output.text()).toBe('');
  });
});
