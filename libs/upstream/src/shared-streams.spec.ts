import { GatewayError } from '#libs/errors';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { gone, Numbers } from './shared-streams.fixture.ts';

let numbers: Numbers;

beforeEach(() => {
  jest.useFakeTimers();
  numbers = new Numbers();
});
afterEach(() => {
  numbers.streams.close();
  jest.useRealTimers();
});

const passed = (ms: number) => jest.advanceTimersByTimeAsync(ms);

describe('a stream that many follow', () => {
  it('is opened once, and delivered whole to each, whenever they came', async () => {
    const first = numbers.follow('a');
    await passed(0);
    numbers.send(1, 2);
    await first.until(2);
    const [second, third] = [numbers.follow('b'), numbers.follow('c', 1)];
    numbers.send(3, 'end');
    await Promise.all([first.until('end'), second.until('end'), third.until('end')]);
    expect([first.seen, second.seen, third.seen]).toEqual([
      [1, 2, 3, 'end'],
      [1, 2, 3, 'end'],
      [2, 3, 'end'],
    ]);
    expect(numbers.openings.map(({ by }) => by)).toEqual(['a']);
  });

  it('is closed when the last has left, and opened anew for who comes then', async () => {
    const [one, two] = [numbers.follow('a'), numbers.follow('b')];
    await passed(0);
    one.stop();
    expect([numbers.openNow, numbers.streams.size]).toEqual([1, 1]);
    two.stop();
    expect([numbers.openNow, numbers.streams.size]).toEqual([0, 0]);
    numbers.replayed = [1, 2];
    const again = numbers.follow('c');
    await again.until(2);
    expect(numbers.openings.map(({ by }) => by)).toEqual(['a', 'c']);
  });

  it('ends for all where it cannot be had', async () => {
    numbers.failing = [new GatewayError('NOT_FOUND')];
    const [one, two] = [numbers.follow('a'), numbers.follow('b')];
    expect([await one.until('NOT_FOUND'), await two.until('NOT_FOUND')]).toEqual([['NOT_FOUND'], ['NOT_FOUND']]);
    expect(numbers.streams.size).toBe(0);
  });

  it('is not opened again once it has come to its end, nor where it fails for good', async () => {
    numbers.replayed = [1, 'end'];
    expect(await numbers.follow('a').until('end')).toEqual([1, 'end']);
    numbers.replayed = [1, new GatewayError('FORBIDDEN')];
    expect(await numbers.follow('b').until('FORBIDDEN')).toEqual([1, 'FORBIDDEN']);
    await passed(60_000);
    expect(numbers.openings).toHaveLength(2);
  });
});

describe('a stream on which nothing happens', () => {
  it('stays as it is for a day: it is opened once, and nobody is notified of anything', async () => {
    numbers.replayed = [1];
    const one = numbers.follow('a');
    await passed(24 * 3_600_000);
    expect([one.seen, numbers.openings.length, numbers.openNow]).toEqual([[1], 1, 1]);
    numbers.send(2);
    expect(await one.until(2)).toEqual([1, 2]);
  });

  it.each([2_500, 60_000, 24 * 3_600_000])('may begin with its first message after %d ms', async (ms) => {
    numbers.answered = () => new Promise(() => {});
    const one = numbers.follow('a');
    await passed(ms);
    numbers.send(1);
    expect(await one.until(1)).toEqual([1]);
    expect(numbers.openings).toHaveLength(1);
  });

  it('has no deadline for its opening either: its context ends with the last who follows', async () => {
    numbers.open = () => new Promise(() => {});
    const [one, two] = [numbers.follow('a'), numbers.follow('b')];
    const ended = jest.fn();
    numbers.openings[0]!.context.onEnd(ended);
    await passed(3_600_000);
    one.stop();
    expect(ended).not.toHaveBeenCalled();
    two.stop();
    expect(ended).toHaveBeenCalledTimes(1);
    expect(numbers.openings[0]!.context.endedBy).toBe('client');
  });
});

describe('a stream whose last follower leaves', () => {
  it('while it is being opened is closed as soon as it is open', async () => {
    let open = () => {};
    numbers.open = () => new Promise((resolve) => (open = () => resolve(numbers.stream())));
    const one = numbers.follow('a');
    one.stop();
    open();
    await passed(0);
    expect([numbers.opened.length, numbers.openNow, numbers.streams.size]).toEqual([1, 0, 0]);
  });

  it('while it waits to be opened again is not opened any more', async () => {
    numbers.failing = [gone(), gone(), gone(), gone()];
    const one = numbers.follow('a');
    await passed(350);
    const opened = numbers.openings.length;
    one.stop();
    expect(jest.getTimerCount()).toBe(0);
    await passed(60_000);
    expect(numbers.openings).toHaveLength(opened);
  });
});
