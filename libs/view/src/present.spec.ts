import { describe, expect, it } from '@jest/globals';
import { ID, Int } from '@nestjs/graphql';
import { parseFields, present, Shown, View, wholeView } from '#libs/view';

@View('PresentedItem')
class ItemView {
  @Shown(() => ID)
  id!: string;

  @Shown(() => Int, { nullable: true })
  stars!: number | null;
}

@View('PresentedShelf')
class ShelfView {
  @Shown(() => String)
  name!: string;

  @Shown(() => [ItemView], { nullable: true })
  items!: ItemView[] | null;

  @Shown(() => ItemView, { nullable: true })
  best!: ItemView | null;

  @Shown(() => [String])
  tags!: string[];
}

const whole = wholeView(ShelfView);
const shelf = { name: 'A', items: [{ id: 'i1', stars: 5 }], best: { id: 'i1', stars: 5 }, tags: ['new'] };

describe('a presented answer', () => {
  it('is what the view shows of it', () => {
    expect(present(ShelfView, shelf, whole)).toEqual(shelf);
  });

  it('has nothing that the view does not show, at any depth', () => {
    const secret = { passwordHash: '$argon2', toJSON: () => 'hijacked', constructor: 'x' };
    const answer = {
      ...shelf,
      ...secret,
      items: [{ ...shelf.items[0]!, ...secret }],
      best: { ...shelf.best, ...secret },
    };
    expect(JSON.parse(JSON.stringify(present(ShelfView, answer, whole)))).toEqual(shelf);
  });

  it('has only what is wanted', () => {
    const wanted = parseFields('items.id,best', whole);
    expect(present(ShelfView, shelf, wanted)).toEqual({ items: [{ id: 'i1' }], best: { id: 'i1', stars: 5 } });
  });

  it('is in the order of the view, however it was made or asked for', () => {
    const { tags, best, items, name } = shelf;
    const wanted = parseFields('tags,best.stars,best.id,name', whole);
    const shown = present(ShelfView, { tags, best, items, name }, wanted);
    expect(JSON.stringify(shown)).toBe('{"name":"A","best":{"id":"i1","stars":5},"tags":["new"]}');
  });

  it('keeps null and the empty list apart', () => {
    const answer = { name: 'A', items: null, best: null, tags: [] };
    expect(present(ShelfView, answer, whole)).toEqual(answer);
    expect(present(ShelfView, { ...answer, items: [] }, whole)).toMatchObject({ items: [], best: null });
  });

  it('keeps the order and the number of a list', () => {
    const items = ['c', 'a', 'b', 'a'].map((id) => ({ id, stars: null }));
    expect(present(ShelfView, { ...shelf, items }, whole)).toMatchObject({ items });
  });

  it('leaves out what was not fetched', () => {
    expect(present(ShelfView, { name: 'A', items: undefined }, whole)).toEqual({ name: 'A' });
  });

  it('is a copy: the answer itself stays whole', () => {
    const answer = structuredClone(shelf);
    present(ShelfView, answer, parseFields('name', whole));
    expect(answer).toEqual(shelf);
  });
});
