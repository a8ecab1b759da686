import { describe, expect, it } from '@jest/globals';
import { batchOfIds, checked, pageSize, text } from '#libs/service';
import { z } from 'zod';

const request = z.object({
  pageSize: pageSize(20),
  ids: batchOfIds,
  lines: z.array(z.object({ productId: text(1, 3) })),
});
const good = { pageSize: 0, ids: [], lines: [] };

const violationsOf = (wrong: object): unknown => {
  try {
    return checked(request, { ...good, ...wrong });
  } catch (error) {
    return (error as { details: { violations: unknown } }).details.violations;
  }
};

describe('a validated request', () => {
  it('has the default page size for 0', () => {
    expect(checked(request, good).pageSize).toBe(20);
    expect(checked(request, { ...good, pageSize: 100 }).pageSize).toBe(100);
  });

  it.each([-1, 101])('rejects the page size %p', (size) => {
    expect(violationsOf({ pageSize: size })).toEqual([
      { field: 'page_size', description: 'must be 1 to 100, or 0 for 20' },
    ]);
  });

  it('names a field as the proto file does', () => {
    expect(violationsOf({ lines: [{ productId: 'p1' }, { productId: 'too long' }] })).toEqual([
      { field: 'lines[1].product_id', description: 'must be 1 to 3 characters' },
    ]);
  });

  it('names all invalid fields', () => {
    expect(violationsOf({ pageSize: -1, lines: [{ productId: '' }] })).toHaveLength(2);
  });

  it('rejects text with a NUL, which PostgreSQL cannot store', () => {
    expect(violationsOf({ lines: [{ productId: 'a\0' }] })).toEqual([
      { field: 'lines[0].product_id', description: 'must not contain NUL' },
    ]);
  });

  it('drops duplicate and malformed ids', () => {
    const ids = ['p1', 'p1', '', 'a b', 'x'.repeat(65), 'a\0', 'A_-9'];
    expect(checked(request, { ...good, ids }).ids).toEqual(['p1', 'A_-9']);
  });

  it('has at most 100 ids', () => {
    expect(violationsOf({ ids: Array(101).fill('p1') })).toEqual([
      { field: 'ids', description: 'must be at most 100' },
    ]);
  });
});
