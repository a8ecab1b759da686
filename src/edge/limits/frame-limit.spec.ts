import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FrameLimit } from './frame-limit.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const taken = (frames: FrameLimit, count: number): number =>
  Array.from({ length: count }, () => frames.take()).filter(Boolean).length;

describe('the frames of one socket', () => {
  it('are 200 at once, and 50 a second after that', () => {
    const frames = new FrameLimit();
    expect(taken(frames, 300)).toBe(200);
    jest.advanceTimersByTime(1_000);
    expect(taken(frames, 300)).toBe(50);
    jest.advanceTimersByTime(4_000);
    expect(taken(frames, 300)).toBe(200);
  });

  it('are no more at once after a long silence', () => {
    const frames = new FrameLimit();
    taken(frames, 1);
    jest.advanceTimersByTime(3_600_000);
    expect(taken(frames, 300)).toBe(200);
  });

  it('are those of that socket alone', () => {
    taken(new FrameLimit(), 300);
    expect(new FrameLimit().take()).toBe(true);
  });
});
