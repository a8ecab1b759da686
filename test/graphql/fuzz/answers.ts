import { listSizeOf } from '#gateway/transports/graphql/limits/list-sizes';
import { type ErrorCode, GatewayError } from '#libs/errors';
import {
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { type Chance, chanceOf } from './chance.ts';

/** What upstreams do to the answers of a seed. */
interface Manner {
  /** Whether a part may be something that its type does not allow. */
  isOdd: boolean;
  /** How often an object is an error instead. */
  errors: number;
  /** Whether lists are as long as they are asked for. */
  isFull: boolean;
  /** Whether lists of which nobody says how long they may be are longer than they are assumed to be. */
  isLong: boolean;
}

const CODES: ErrorCode[] = ['UPSTREAM_UNAVAILABLE', 'NOT_FOUND', 'RATE_LIMITED', 'VALIDATION_FAILED'];
const TEXTS = ['Ada', 'a "quoted" \\ text', '☃ \u2028', '', '<b>&', 'lone \udc00'];

/** Of some seeds all is well, some are odd, some have errors inside; of all, some are full. */
export function mannerOf(seed: string): Manner {
  const chance = chanceOf(seed);
  const dice = chance();
  return {
    isOdd: dice > 0.45 && dice < 0.75,
    errors: dice >= 0.75 ? 0.07 : dice > 0.45 ? 0.002 : 0,
    isFull: chance() < 0.25,
    isLong: chance() < 0.25,
  };
}

/** Makes the answer of one root field. */
class Answer {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly chance: Chance,
    private readonly manner: Manner,
    /** How many items a list has at most: as many as the field was asked for, where it was. */
    private readonly size: number,
  ) {}

  /** @param at the type and the field that the value is of */
  value(type: GraphQLOutputType, depth: number, at: string): unknown {
    const { chance, manner } = this;
    if (isNonNullType(type)) {
      if (manner.isOdd && chance() < 0.002) return null;
      return this.present(type.ofType as GraphQLOutputType, depth, at);
    }
    const dice = chance();
    if (dice < 0.1) return null;
    if (dice < 0.12) return undefined;
    return this.present(type, depth, at);
  }

  private present(type: GraphQLOutputType, depth: number, at: string): unknown {
    const { chance, manner } = this;
    if (manner.isOdd && chance() < 0.006) return odd(chance);
    if (isListType(type)) return this.list(type.ofType as GraphQLOutputType, depth, at);
    if (isAbstractType(type)) {
      const all = this.schema.getPossibleTypes(type);
      const one = all[Math.floor(chance() * all.length)]!;
      const value = this.present(one, depth, at);
      return typeof value === 'object' && value !== null && !(value instanceof Error)
        ? { ...value, __typename: one.name }
        : value;
    }
    if (!isObjectType(type)) return leaf(type as GraphQLNamedType, chance);
    if (chance() < manner.errors) return new Error('a fault of a part');
    const fields = Object.values(type.getFields());
    return Object.fromEntries(
      fields.map(({ name, type: its }) => [name, this.value(its, depth + 1, `${type.name}.${name}`)]),
    );
  }

  private list(of: GraphQLOutputType, depth: number, at: string): unknown[] {
    const { chance, manner } = this;
    const length = manner.isFull ? this.sizeOf(at) : Math.floor(chance() * (Math.min(this.sizeOf(at), 9) + 1));
    return Array.from({ length }, () => this.value(of, depth + 1, at));
  }

  private sizeOf(at: string): number {
    const [name, field] = at.split('.');
    const type = this.schema.getType(name!);
    const { assumedSize } = (isObjectType(type) && listSizeOf(type.getFields()[field!]!)) || {};
    if (assumedSize === undefined) return this.size;
    return this.manner.isLong ? assumedSize * 6 : assumedSize;
  }
}

function leaf(type: GraphQLNamedType, chance: Chance): unknown {
  if (isEnumType(type)) return type.getValues()[Math.floor(chance() * type.getValues().length)]!.value;
  switch (type.name) {
    case 'Int':
      return Math.floor(chance() * 1_000) - 10;
    case 'SafeInt':
      return Math.floor(chance() * Number.MAX_SAFE_INTEGER);
    case 'Float':
      return Math.floor(chance() * 50) / 10;
    case 'Boolean':
      return chance() < 0.5;
    case 'DateTime':
      return '2026-11-28T07:00:00.000Z';
    case 'ID':
      return chance() < 0.2 ? Math.floor(chance() * 100) : `id${Math.floor(chance() * 100)}`;
    default:
      return TEXTS[Math.floor(chance() * TEXTS.length)];
  }
}

function odd(chance: Chance): unknown {
  const all: unknown[] = [
    new Error('a fault of a part'),
    {},
    [],
    'none of these',
    Number.NaN,
    1.5,
    true,
    -0,
    Infinity,
    2 ** 31,
    2 ** 53,
    12n,
    '12',
    '',
    '\ud83d',
    new Date(0),
    new Date(Number.NaN),
    new Set([null]),
    '2026-11-28T08:00:00+01:00',
    { toString: 'no function' },
    { valueOf: () => 7 },
    { toJSON: () => 'seven' },
  ];
  return all[Math.floor(chance() * all.length)];
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  for (const one of Object.values(value)) frozen(one);
  return Object.freeze(value);
}

/** Upstreams have no more than these where a client says no number. */
const DEFAULT_SIZE = 8;

/** As many items as a client may get: what it asked for, and no more than it can have. */
function sizeIn(args: Record<string, unknown>): number {
  const operation = [args['first'], args['pageSize']].find((one) => typeof one === 'number');
  return operation === undefined ? DEFAULT_SIZE : Math.max(0, Math.min(operation, 100));
}

/** An answer, and whether it comes later. */
interface Made {
  value: unknown;
  isLate: boolean;
}

/**
 * What upstreams' answers lead to for a root field: the same for the same seed, field and arguments. Sometimes null, an error, late,
 * frozen, or something that its type does not allow.
 */
function answerOf(
  schema: GraphQLSchema,
  type: GraphQLOutputType,
  { seed, args, manner }: { seed: string; args: Record<string, unknown>; manner: Manner },
): Made {
  const chance = chanceOf(seed);
  if (manner.isOdd && chance() < 0.06) throw new GatewayError(CODES[Math.floor(chance() * CODES.length)]!);
  if (manner.isOdd && chance() < 0.02) throw new Error('a fault of ours');
  const value = new Answer(schema, chance, manner, sizeIn(args)).value(type, 0, '');
  return { value: chance() < 0.4 ? frozen(value) : value, isLate: chance() < 0.5 };
}

/** The answers of the last seed: who asks again gets the same object, as from a cache. */
class AnswersOfSeed {
  private seed = '';
  private readonly made = new Map<string, Made>();

  of(seed: string, key: string, make: () => Made): unknown {
    if (this.seed !== seed) this.made.clear();
    this.seed = seed;
    const known = this.made.get(key);
    const { value, isLate } = known ?? make();
    if (!known) this.made.set(key, { value, isLate });
    return isLate ? new Promise((resolve) => void setImmediate(() => resolve(value))) : value;
  }
}

/** A root field that was asked. */
export interface Call {
  field: string;
  args: Record<string, unknown>;
}

/** Takes the place of what root fields ask: their answers follow from a seed. @param called is told of each */
export function answerBySeed(schema: GraphQLSchema, seed: () => string, called: (call: Call) => void): void {
  const answersOfSeed = new AnswersOfSeed();
  const answered = (type: GraphQLOutputType, own: string, args: Record<string, unknown>) => {
    const manner = mannerOf(seed());
    return answersOfSeed.of(seed(), own, () => answerOf(schema, type, { seed: own, args, manner }));
  };
  for (const root of [schema.getQueryType()!, schema.getMutationType()!])
    for (const { name, type } of Object.values(root.getFields()))
      root.getFields()[name]!.resolve = (_root, args: Record<string, unknown>) => {
        called({ field: name, args });
        return answered(type, `${seed()} ${name} ${JSON.stringify(args)}`, args);
      };
  for (const field of Object.values(schema.getSubscriptionType()!.getFields())) {
    field.subscribe = (_root, args: Record<string, unknown>) => {
      const own = `${seed()} ${field.name} ${JSON.stringify(args)}`;
      const chance = chanceOf(own);
      if (mannerOf(seed()).isOdd && chance() < 0.2) throw new GatewayError('NOT_FOUND');
      return eventsOf(Math.floor(chance() * 4), own);
    };
    field.resolve = (own) => answered(field.type, String(own), {});
  }
  for (const type of Object.values(schema.getTypeMap()))
    if (isAbstractType(type)) type.resolveType = (value) => (value as { __typename?: string }).__typename;
}

async function* eventsOf(many: number, seed: string): AsyncGenerator<string> {
  for (let event = 0; event < many; event += 1) yield `${seed} ${event}`;
}
