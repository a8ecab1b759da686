import { type JsonSchema, viewRef } from '#libs/view';
import type { Type } from '@nestjs/common';
import { z } from 'zod';
import { noteAnsweredView } from './answers.ts';

/** The data of an event: a view, or a schema. */
export type EventData<Data = unknown> = Type<Data> | z.ZodType<Data>;

/** The events of a stream, for the documents of the API. */
export interface EventTypes {
  /** What the schemas of the events begin with, for example `Order`. */
  readonly name: string;
  /** The data of each event, by its name. A function, since features may add theirs after a stream is declared. */
  of(): Readonly<Record<string, EventData>>;
}

/** Declares the events of a stream: the data of each, by its name. */
export const eventTypes = <Event extends { type: string; data: unknown }>(
  name: string,
  types: { readonly [E in Event as E['type']]: EventData<E['data']> },
): EventTypes => ({ name, of: () => types as Readonly<Record<string, EventData>> });

/** The JSON Schema of an event's data. */
export function dataSchema(data: EventData): JsonSchema {
  if (data instanceof z.ZodType) {
    const { $schema: _, ...schema } = z.toJSONSchema(data, { io: 'input' });
    return schema;
  }
  noteAnsweredView(data);
  return viewRef(data);
}
