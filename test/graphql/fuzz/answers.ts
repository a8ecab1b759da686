import { type ErrorCode, GatewayError } from '#libs/errors';
import {
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** Numbers from 0 up to 1 that follow from a text. */
export type Chance = () => number;

/** mulberry32, seeded with FNV-1a of a text. */
export function chanceOf(text: string): Chance {
  let state = 2_166_136_261;
  for (let index = 0; index < text.length; index += 1)
    state = Math.imul(state ^ text.charCodeAt(index), 16_777_619);
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const CODES: ErrorCode[] = ['UPSTREAM_UNAVAILABLE', 'NOT_FOUND', 'RATE_LIMITED', 'VALIDATION_FAILED'];
const TEXTS = ['Ada', 'a "quoted" \\ text', '☃ \u2028', '', '<b>&'];

/**
 * What an upstream's answer leads to for a root field: the same for the same seed, field and arguments. Sometimes null, an error, late,
 * or something that its type does not allow.
 * @param isOdd whether anything may be wrong with it
 */
export function answerOf(type: GraphQLOutputType, seed: string, isOdd: boolean): unknown {
  const chance = chanceOf(seed);
  if (isOdd && chance() < 0.06) throw new GatewayError(CODES[Math.floor(chance() * CODES.length)]!);
  if (isOdd && chance() < 0.02) throw new Error('a fault of ours');
  const value = valueOf(type, chance, isOdd, 0);
  const answer = chance() < 0.4 ? frozen(value) : value;
  return chance() < 0.5 ? answer : new Promise((resolve) => void setImmediate(() => resolve(answer)));
}

function valueOf(type: GraphQLOutputType, chance: Chance, isOdd: boolean, depth: number): unknown {
  if (isNonNullType(type)) {
    if (isOdd && chance() < 0.002) return null;
    return present(type.ofType, chance, isOdd, depth);
  }
  const dice = chance();
  if (dice < 0.1) return null;
  if (dice < 0.12) return undefined;
  return present(type, chance, isOdd, depth);
}

function present(type: GraphQLOutputType, chance: Chance, isOdd: boolean, depth: number): unknown {
  if (isOdd && chance() < 0.006) return odd(chance);
  if (isListType(type)) {
    const most = depth > 1 ? 3 : 12;
    return Array.from({ length: Math.floor(chance() * most) }, () =>
      valueOf(type.ofType as GraphQLOutputType, chance, isOdd, depth + 1),
    );
  }
  if (isUnionType(type))
    return present(type.getTypes()[Math.floor(chance() * type.getTypes().length)]!, chance, isOdd, depth);
  if (isObjectType(type)) {
    const fields = Object.values(type.getFields());
    return Object.fromEntries(fields.map((field) => [field.name, valueOf(field.type, chance, isOdd, depth + 1)]));
  }
  return leaf(type as GraphQLNamedType, chance);
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
  const all: unknown[] = [new Error('a fault of a part'), {}, [], 'none of these', Number.NaN, 1.5, true];
  return all[Math.floor(chance() * all.length)];
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  for (const one of Object.values(value)) frozen(one);
  return Object.freeze(value);
}

/** Takes the place of what root fields ask: their answers follow from a seed. */
export function answerBySeed(schema: GraphQLSchema, seed: () => string): void {
  for (const root of [schema.getQueryType()!, schema.getMutationType()!])
    for (const field of Object.values(root.getFields()))
      field.resolve = (_root, args: object) => {
        const own = `${seed()} ${field.name} ${JSON.stringify(args)}`;
        return answerOf(field.type, own, chanceOf(seed())() < 0.5);
      };
}
