import { describe, expect, it } from '@jest/globals';
import { LoopTurn } from './loop-turn.ts';

describe('a turn of the event loop', () => {
  /** Turns of this length. @returns how many requests are admitted in each */
  function turns(arrivals = 50) {
    let now = 0;
    let end = () => {};
    const turn = new LoopTurn(
      () => now,
      (ended) => void (end = ended),
    );
    const run = (count: number, eachMs: number) => {
      let letIn = 0;
      for (let i = 0; i < count; i += 1) {
        for (let arrival = 0; arrival < arrivals; arrival += 1) {
          if (turn.isFull()) continue;
          letIn += 1;
          now += eachMs / arrivals;
        }
        now += 1;
        end();
      }
      return letIn / count;
    };
    return { turn, run };
  }

  it('that is short admits every request, and so does a burst', () => {
    const { turn, run } = turns();
    expect(run(100, 20)).toBe(50);
    expect(run(2, 200)).toBe(50);
    expect(run(10, 5)).toBe(50);
    expect(turn.isOverloaded).toBe(false);
  });

  it('is not too long if a few dozen clients that wait for their answers fill it', () => {
    const { turn, run } = turns(32);
    expect(run(100, 60)).toBe(32);
    expect(turn.isOverloaded).toBe(false);
    run(4, 120);
    expect(turn.isOverloaded).toBe(true);
  });

  it('that is repeatedly long admits what it can answer soon, until nothing has to be refused', () => {
    const { turn, run } = turns();
    run(4, 40);
    expect(turn.isOverloaded).toBe(true);
    expect(run(20, 40)).toBeLessThan(8);
    expect(run(200, 3)).toBe(50);
    expect(turn.isOverloaded).toBe(false);
  });
});
