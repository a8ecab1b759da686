import { describe, expect, it } from '@jest/globals';
import { BoundedLabel } from './bounded-label.ts';

describe('a bounded label', () => {
  it('has the first values that it gets, and one value for all others', () => {
    const label = new BoundedLabel(2);
    expect(['a', 'b', 'c', 'a', 'd'].map((value) => label.of(value))).toEqual(['a', 'b', '_OTHER', 'a', '_OTHER']);
  });

  it('has known values whatever others there were', () => {
    const label = new BoundedLabel(1, ['GET']);
    label.of('a');
    label.expect(['Home']);
    expect(['GET', 'Home', 'b'].map((value) => label.of(value))).toEqual(['GET', 'Home', '_OTHER']);
  });
});
