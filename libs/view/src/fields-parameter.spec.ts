import { GatewayError } from '#libs/errors';
import { describe, expect, it } from '@jest/globals';
import { ID, Int } from '@nestjs/graphql';
import fc from 'fast-check';
import { parseFields, presenter, ViewField, View, Selection, wholeView } from '#libs/view';

@View('TestPrice')
class PriceView {
  @ViewField(() => Int)
  amount!: number;

  @ViewField(() => String)
  currency!: string;
}

@View('TestGood')
class GoodView {
  @ViewField(() => String)
  name!: string;

  @ViewField(() => PriceView, { nullable: true })
  price!: PriceView | null;
}

@View('TestLine')
class LineView {
  @ViewField(() => Int)
  quantity!: number;

  @ViewField(() => GoodView, { joined: true, nullable: true })
  good?: GoodView | null;
}

@View('TestBasket')
class BasketView {
  @ViewField(() => ID)
  id!: string;

  @ViewField(() => PriceView)
  total!: PriceView;

  @ViewField(() => [LineView])
  lines!: LineView[];
}

const whole = wholeView(BasketView, ['lines.good']);

function pathsOf(selection: Selection, prefix = ''): string[] {
  return [...selection.names()].flatMap((name) => {
    const below = pathsOf(selection.at(name)!, `${prefix}${name}.`);
    return below.length ? below : [`${prefix}${name}`];
  });
}

function refusalOf(parameter: unknown, answer = whole): GatewayError {
  try {
    parseFields(parameter, answer);
  } catch (error) {
    return error as GatewayError;
  }
  throw new Error('it was not rejected');
}

describe('a complete answer', () => {
  it('has every field of its view, and joined fields only if they are declared', () => {
    expect(pathsOf(wholeView(BasketView))).toEqual(['id', 'total.amount', 'total.currency', 'lines.quantity']);
    expect(pathsOf(whole)).toEqual([
      ...pathsOf(wholeView(BasketView)),
      'lines.good.name',
      'lines.good.price.amount',
      'lines.good.price.currency',
    ]);
  });

  it('is the default without a selection', () => {
    expect(parseFields(undefined, whole)).toBe(whole);
  });
});

describe('?fields=', () => {
  it.each([
    ['id', ['id']],
    ['total.amount', ['total.amount']],
    ['id,total.amount', ['id', 'total.amount']],
    [' id , total.amount ', ['id', 'total.amount']],
    ['total.amount,total.currency', ['total.amount', 'total.currency']],
    ['total', ['total.amount', 'total.currency']],
    ['total,total.amount', ['total.amount', 'total.currency']],
    ['total.amount,total', ['total.amount', 'total.currency']],
    ['lines.quantity', ['lines.quantity']],
    ['lines.good.price.amount', ['lines.good.price.amount']],
    ['id,id', ['id']],
  ])('%s leaves %p', (parameter, paths) => {
    expect(pathsOf(parseFields(parameter, whole))).toEqual(paths);
  });

  it.each([
    'nope',
    'id.nope',
    'total.nope',
    'lines.0.quantity',
    'Id',
    '__proto__',
    'constructor',
    'total.toString',
    '*',
  ])('is rejected for %s, with its name', (path) => {
    expect(refusalOf(`id,${path}`)).toMatchObject({
      code: 'BAD_REQUEST',
      detail: expect.stringContaining(`there is no field "${path}"`),
      errors: [{ field: 'fields', message: `there is no field "${path}"` }],
    });
  });

  it('is rejected with the names of all unknown fields', () => {
    expect(refusalOf('nope,id,none').errors).toHaveLength(2);
  });

  it.each(['', ',', 'id,', 'id,,total', 'total.', '.'])('is rejected if a name is missing: "%s"', (parameter) => {
    expect(refusalOf(parameter).code).toBe('BAD_REQUEST');
  });

  it.each([[['id', 'total']], [{ id: '' }], [null], [1]])(
    'is rejected unless it is one string: %j',
    (parameter) => {
      expect(refusalOf(parameter)).toMatchObject({ code: 'BAD_REQUEST', errors: [{ field: 'fields' }] });
    },
  );

  it('is rejected for a joined field that is not part of the answer', () => {
    expect(refusalOf('lines.good', wholeView(BasketView)).code).toBe('BAD_REQUEST');
  });

  it('does not return a longer error than the list of unknown names', () => {
    const refusal = refusalOf(Array.from({ length: 5_000 }, (_, i) => `x${i}`).join(','));
    expect(refusal.errors!.length).toBeLessThanOrEqual(100);
    expect(refusal.detail!.length).toBeLessThan(10_000);
  });

  it('reduces any answer to exactly the selected fields', () => {
    const basket = {
      id: 'b1',
      total: { amount: 3, currency: 'EUR' },
      lines: [{ quantity: 1, good: { name: 'Tea', price: { amount: 3, currency: 'EUR' } } }],
    };
    const property = fc.property(fc.subarray(pathsOf(whole), { minLength: 1 }), (chosen) => {
      const trimmed = presenter(BasketView, parseFields(chosen.join(','), whole))(basket);
      expect(leavesOf(trimmed).toSorted()).toEqual(chosen.toSorted());
    });
    fc.assert(property);
  });

  it('is accepted or rejected, for any string', () => {
    const property = fc.property(
      fc.string({ unit: fc.constantFrom(...'id,.total lines_'), maxLength: 30 }),
      (text) => {
        try {
          expect(parseFields(text, whole)).toBeInstanceOf(Selection);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_REQUEST' });
        }
      },
    );
    fc.assert(property);
  });
});

/** The paths of an answer's values; of a list, those of its first item. */
function leavesOf(value: unknown, path = ''): string[] {
  const here = Array.isArray(value) ? (value[0] as unknown) : value;
  if (typeof here !== 'object' || here === null) return [path];
  return Object.entries(here).flatMap(([name, below]) => leavesOf(below, path ? `${path}.${name}` : name));
}
