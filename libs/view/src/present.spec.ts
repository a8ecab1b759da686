import { describe, expect, it } from '@jest/globals';
import { ID, Int } from '@nestjs/graphql';
import { parseFields, presenter, serializer, ViewField, View, wholeView } from '#libs/view';

@View('PresentedItem')
class ItemView {
  @ViewField(() => ID)
  id!: string;

  @ViewField(() => Int, { nullable: true })
  stars!: number | null;
}

@View('PresentedShelf')
class ShelfView {
  @ViewField(() => String)
  name!: string;

  @ViewField(() => [ItemView], { nullable: true })
  items!: ItemView[] | null;

  @ViewField(() => ItemView, { nullable: true })
  best!: ItemView | null;

  @ViewField(() => [String])
  tags!: string[];
}

const whole = wholeView(ShelfView);
const shelf = { name: 'A', items: [{ id: 'i1', stars: 5 }], best: { id: 'i1', stars: 5 }, tags: ['new'] };

describe('a presented answer', () => {
  it('has the fields of the view', () => {
    expect(presenter(ShelfView, whole)(shelf)).toEqual(shelf);
  });

  it('has no field that the view does not declare, at any depth', () => {
    const secret = { passwordHash: '$argon2', toJSON: () => 'hijacked', constructor: 'x' };
    const answer = {
      ...shelf,
      ...secret,
      items: [{ ...shelf.items[0]!, ...secret }],
      best: { ...shelf.best, ...secret },
    };
    expect(JSON.parse(JSON.stringify(presenter(ShelfView, whole)(answer)))).toEqual(shelf);
  });

  it('has only selected fields', () => {
    const selection = parseFields('items.id,best', whole);
    expect(presenter(ShelfView, selection)(shelf)).toEqual({
      items: [{ id: 'i1' }],
      best: { id: 'i1', stars: 5 },
    });
  });

  it('has the order of the view, whatever the order of the answer or the selection', () => {
    const { tags, best, items, name } = shelf;
    const selection = parseFields('tags,best.stars,best.id,name', whole);
    const presented = presenter(ShelfView, selection)({ tags, best, items, name });
    expect(JSON.stringify(presented)).toBe('{"name":"A","best":{"id":"i1","stars":5},"tags":["new"]}');
  });

  it('distinguishes null and the empty list', () => {
    const answer = { name: 'A', items: null, best: null, tags: [] };
    expect(presenter(ShelfView, whole)(answer)).toEqual(answer);
    expect(presenter(ShelfView, whole)({ ...answer, items: [] })).toMatchObject({ items: [], best: null });
  });

  it('keeps the order and the length of a list', () => {
    const items = ['c', 'a', 'b', 'a'].map((id) => ({ id, stars: null }));
    expect(presenter(ShelfView, whole)({ ...shelf, items })).toMatchObject({ items });
  });

  it('omits fields that were not fetched', () => {
    expect(presenter(ShelfView, whole)({ name: 'A', items: undefined })).toEqual({ name: 'A' });
  });

  it('is a copy: the answer itself is unchanged', () => {
    const answer = structuredClone(shelf);
    presenter(ShelfView, parseFields('name', whole))(answer);
    expect(answer).toEqual(shelf);
  });
});

describe('a serialized answer', () => {
  const frozen = <T extends object>(value: T): T => {
    Object.values(value).forEach(
      (inner) => typeof inner === 'object' && inner !== null && frozen(inner as object),
    );
    return Object.freeze(value);
  };

  it('is the JSON of the presented answer', () => {
    const answers = [shelf, { ...shelf, items: null, best: null }, { name: 'only this' }, {}];
    for (const answer of answers) {
      expect(serializer(ShelfView, whole)(answer).text).toBe(JSON.stringify(presenter(ShelfView, whole)(answer)));
    }
  });

  it('is the same for memoized parts, for any selection and repetition', () => {
    const cached = { ...shelf, items: frozen(shelf.items.map((item) => ({ ...item, secret: 'hunter2' }))) };
    const few = parseFields('items.id', whole);
    for (const selection of [whole, few, whole, few]) {
      const { text } = serializer(ShelfView, selection)(cached);
      expect(text).toBe(JSON.stringify(presenter(ShelfView, selection)(shelf)));
    }
  });

  it('counts the objects of its JSON, including memoized parts, without omitted ones', () => {
    const objectsIn = (value: unknown): number =>
      typeof value !== 'object' || value === null
        ? 0
        : Object.values(value).reduce<number>((sum, one) => sum + objectsIn(one), Array.isArray(value) ? 0 : 1);
    for (const items of [shelf.items, frozen(shelf.items.map((item) => ({ ...item })))])
      for (const selection of [whole, parseFields('items.id', whole), parseFields('name', whole), whole]) {
        const { text, objects } = serializer(ShelfView, selection)({ ...shelf, items });
        expect(objects).toBe(objectsIn(JSON.parse(text)));
      }
    expect(serializer(ShelfView, whole)({ ...shelf }).objects).toBeGreaterThan(2);
  });

  it('reflects a changed part', () => {
    const items = [{ id: 'i1', stars: 1 }];
    const write = () => serializer(ShelfView, whole)({ name: 'A', items }).text;
    write();
    items[0]!.stars = 2;
    expect(write()).toContain('"stars":2');
  });
});
