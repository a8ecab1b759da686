import { GatewayError } from '#libs/errors';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { gone, Numbers } from './shared-streams.fixture.ts';

let numbers: Numbers;

beforeEach(() => {
  jest.useFakeTimers();
  // The longest of all delays.
  jest.spyOn(Math, 'random').mockReturnValue(0.999);
  numbers = new Numbers();
});
afterEach(() => {
  numbers.streams.close();
  jest.restoreAllMocks();
  jest.useRealTimers();
});

const passed = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const unreadable = () => new GatewayError('UPSTREAM_BAD_RESPONSE');
const gapsMs = () => numbers.openings.slice(1).map(({ atMs }, index) => atMs - numbers.openings[index]!.atMs);
/** So many openings that fail. */
const failures = (count: number) => Array.from({ length: count }, gone);

/** Follows what is open and has delivered 1 and 2, which each opening sends again. */
async function following() {
  numbers.replayed = [1, 2];
  const one = numbers.follow('a');
  await one.until(2);
  return one;
}

describe('a stream that breaks off', () => {
  it('goes on after its last item, in the name of who is still there', async () => {
    const first = await following();
    const second = numbers.follow('b', 1);
    first.stop();
    numbers.send(gone());
    await passed(500);
    numbers.send(3, 'end');
    expect(await second.until('end')).toEqual([2, 3, 'end']);
    expect(numbers.openings.map(({ by }) => by)).toEqual(['a', 'b']);
  });

  it('and is back within a second is no loss to anybody', async () => {
    const one = await following();
    for (let time = 0; time < 5; time += 1) {
      numbers.send(gone());
      // Longer than a stream has to be held to count as working.
      await passed(11_000);
    }
    expect([one.seen, numbers.openings.length]).toEqual([[1, 2], 6]);
  });

  it('is lost after a second, once, and back when something new comes, which follows', async () => {
    const one = await following();
    numbers.failing = failures(4);
    numbers.send(gone());
    await passed(999);
    expect(one.seen).toEqual([1, 2]);
    await passed(2);
    expect(one.seen).toEqual([1, 2, 'lost']);
    numbers.replayed = [1, 2, 3];
    await passed(10_000);
    expect(one.seen).toEqual([1, 2, 'lost', 'back', 3]);
  });

  it('is back where nothing new comes once it was held for a second, whether its server sends what is known or headers', async () => {
    for (const [replayed, answered] of [
      [[1, 2], undefined],
      [[], async () => {}],
    ] as const) {
      const one = await following();
      numbers.failing = failures(4);
      numbers.send(gone());
      Object.assign(numbers, { replayed, answered });
      while (numbers.failing.length) await passed(100);
      while (numbers.openNow < 2) await passed(1);
      expect(one.seen).toEqual([1, 2, 'lost']);
      await passed(998);
      expect(one.seen).toEqual([1, 2, 'lost']);
      await passed(10);
      expect(one.seen).toEqual([1, 2, 'lost', 'back']);
      one.stop();
      numbers = new Numbers();
    }
  });

  it('is not back while its server has said nothing, except where that lasts for half a minute', async () => {
    const one = await following();
    numbers.replayed = [];
    numbers.answered = () => new Promise(() => {});
    numbers.send(gone());
    await passed(1_001);
    expect(one.seen).toEqual([1, 2, 'lost']);
    await passed(28_000);
    expect(one.seen).toEqual([1, 2, 'lost']);
    await passed(2_000);
    expect(one.seen).toEqual([1, 2, 'lost', 'back']);
    expect(numbers.openings).toHaveLength(2);
  });

  it('before its server has answered is opened again, and no failure of that goes unheard', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    numbers.answered = () => Promise.reject(gone());
    numbers.replayed = [gone()];
    const one = numbers.follow('a');
    await passed(1_000);
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(one.seen).toEqual(['lost']);
  });

  it('leaves no timer behind where its followers leave, whether it is lost, waits, or is held', async () => {
    for (const ms of [50, 300, 1_500, 3_000]) {
      const one = await following();
      numbers.failing = failures(3);
      numbers.send(gone());
      await passed(ms);
      one.stop();
      expect(jest.getTimerCount()).toBe(0);
      numbers = new Numbers();
    }
  });

  it('does not tell who came during the loss that it is over', async () => {
    await following();
    numbers.failing = failures(4);
    numbers.send(gone());
    await passed(1_500);
    const late = numbers.follow('b');
    await passed(10_000);
    expect(late.seen).toEqual([1, 2]);
  });
});

describe('a stream that breaks off again and again at the same item', () => {
  it('is opened ever more seldom while nothing new comes, and is lost once', async () => {
    numbers.replayed = [1, 2, unreadable()];
    const one = numbers.follow('a');
    await passed(120_000);
    expect(one.seen).toEqual([1, 2, 'lost']);
    const gaps = gapsMs();
    expect(gaps.slice(0, 6).map((ms) => Math.round(ms / 100) * 100)).toEqual([200, 400, 800, 1_600, 3_200, 5_000]);
    expect(Math.min(...gaps.slice(5))).toBeGreaterThan(4_900);
    expect(numbers.openings.filter(({ atMs }) => atMs - numbers.openings[0]!.atMs < 10_000)).toHaveLength(6);
  });

  it('is opened at once again after something new', async () => {
    numbers.replayed = [1, 2, unreadable()];
    const one = numbers.follow('a');
    await passed(60_000);
    numbers.replayed = [1, 2, 3, unreadable()];
    await passed(10_000);
    expect(one.seen).toEqual([1, 2, 'lost', 'back', 3, 'lost']);
    const gaps = gapsMs();
    const quick = gaps.findIndex((ms, index) => index > 5 && ms < 250);
    expect(gaps.slice(quick, quick + 3).map((ms) => Math.round(ms / 100) * 100)).toEqual([200, 400, 800]);
  });

  it('is opened at once again, too, where it was held for longer than any delay', async () => {
    const one = await following();
    for (let time = 0; time < 8; time += 1) {
      numbers.send(gone());
      await passed(20_000);
    }
    expect(Math.max(...gapsMs())).toBeLessThanOrEqual(20_200);
    expect([one.seen, numbers.openings.length]).toEqual([[1, 2], 9]);
  });
});
