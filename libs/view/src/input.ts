import type { Type } from '@nestjs/common';
import { ArgsType, Field, Float, ID, InputType, Int } from '@nestjs/graphql';
import { z } from 'zod';
import type { Enumeration } from './enumeration.ts';
import { SafeInt } from './scalars.ts';

type Shape = Record<string, z.ZodType>;

/** A REST body: one zod schema for validation and OpenAPI. */
export interface Body<Schema extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly schema: Schema;
}

/** The input of a use case: one zod schema for validation, OpenAPI and GraphQL. */
export interface Input<Schema extends z.ZodObject = z.ZodObject> extends Body<Schema> {
  /** The class that declares it to code-first GraphQL. */
  readonly graphqlClass: Type;
}

/** The type of a validated input: `type PlaceOrderInput = InputOf<typeof PlaceOrderInput>`. */
export type InputOf<I> = I extends Body<infer Schema> ? z.output<Schema> : never;

/** GraphQL types that a zod schema does not imply: to zod, an ID is a string. */
const graphqlKinds = z.registry<{ kind: object }>();

function known<Schema extends z.ZodType>(schema: Schema, kind: object): Schema {
  graphqlKinds.add(schema, { kind });
  return schema;
}

/** An opaque id: any string. A malformed id is not found. */
export const id = () => known(z.string().max(256), ID);

/** A whole number up to 2^53-1. */
export const safeInt = () => known(z.int(), SafeInt);

/** One of an enumeration's values. */
export const oneOf = <Value extends string>({ values, members }: Enumeration<Value>) =>
  known(z.enum(values), members);

/** Declares a REST body without a GraphQL input. Unknown fields are rejected. */
export function body<S extends Shape>(name: string, shape: S): Body<z.ZodObject<S, z.core.$strict>> {
  return { name, schema: z.strictObject(shape) };
}

/** Declares a REST body that is also the `input` of a GraphQL mutation. Unknown fields are rejected. */
export function input<S extends Shape>(name: string, shape: S): Input<z.ZodObject<S, z.core.$strict>> {
  const schema = z.strictObject(shape);
  const graphqlClass = declare(name, shape, InputType(name));
  known(schema, graphqlClass);
  return { name, schema, graphqlClass };
}

/** Declares the parameters of a read: a REST query string, and the arguments of a GraphQL field. */
export function parameters<S extends Shape>(name: string, shape: S): Input<z.ZodObject<S, z.core.$strict>> {
  return { name, schema: z.strictObject(shape), graphqlClass: declare(name, shape, ArgsType()) };
}

function declare(name: string, shape: Shape, decorate: ClassDecorator): Type {
  const graphqlClass = { [name]: class {} }[name] as Type;
  for (const [property, schema] of Object.entries(shape)) {
    const { type, isNullable, byDefault } = graphqlField(schema);
    Field(() => type, { nullable: isNullable, defaultValue: byDefault })(graphqlClass.prototype, property);
  }
  decorate(graphqlClass);
  return graphqlClass;
}

interface GraphqlField {
  type: object;
  isNullable: boolean;
  byDefault?: unknown;
}

/** Translates a zod schema to what `@Field` declares. */
function graphqlField(schema: z.ZodType): GraphqlField {
  const known = graphqlKinds.get(schema);
  if (known) return { type: known.kind, isNullable: false };
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return { ...graphqlField(schema.unwrap() as z.ZodType), isNullable: true };
  }
  if (schema instanceof z.ZodDefault) {
    return { ...graphqlField(schema.unwrap() as z.ZodType), byDefault: schema.def.defaultValue };
  }
  if (schema instanceof z.ZodArray) {
    return { type: [graphqlField(schema.element as z.ZodType).type], isNullable: false };
  }
  return { type: scalarOf(schema), isNullable: false };
}

function scalarOf(schema: z.ZodType): object {
  if (schema instanceof z.ZodNumber) return schema.isInt ? Int : Float;
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) return String;
  if (schema instanceof z.ZodBoolean) return Boolean;
  throw new TypeError(`GraphQL has no name for a zod ${schema.def.type}: give it one with known()`);
}

/** Converts the values of a query string to the schema's types: numbers to numbers, others stay strings. */
export function fromQueryString({ schema }: Input, query: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      isNumber(schema.shape[name]) ? numberOfText(value) : value,
    ]),
  );
}

/** Drops null arguments of a GraphQL field: clients send null for a variable without a value. */
export function fromArguments(given: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

function isNumber(schema: unknown): boolean {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return isNumber(schema.unwrap());
  }
  return schema instanceof z.ZodNumber;
}

/** A whole number that a query string or a form has as decimal digits; anything else as it is, for a schema to refuse. */
export function numberOfText(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}
