import type { Type } from '@nestjs/common';
import { fieldsOf, isView } from './view.ts';
import type { Selection } from './selection.ts';

type Json = Record<string, unknown>;
type Present = (value: unknown, presented?: Count) => unknown;

/** Counts the objects in an answer. */
interface Count {
  objects: number;
}

/** An answer as JSON text, and its number of objects. */
export interface Serialized extends Count {
  text: string;
}

/** A selected field, and the presenter of its value if that is a view. */
interface PresentedField {
  name: string;
  key: string;
  below: Present | undefined;
}

/** Memoizes a function by view and selection: whole answers share one selection, so it runs once for each view. */
function memoized<T>(make: (view: Type, selection: Selection) => T): (view: Type, selection: Selection) => T {
  const known = new WeakMap<Type, WeakMap<Selection, T>>();
  return (view, selection) => {
    let ofView = known.get(view);
    if (!ofView) known.set(view, (ofView = new WeakMap()));
    let made = ofView.get(selection);
    if (!made) ofView.set(selection, (made = make(view, selection)));
    return made;
  };
}

const presentedFields = memoized((view, selection): PresentedField[] =>
  fieldsOf(view).flatMap(({ name, kind }) => {
    const selectionHere = selection.at(name);
    if (!selectionHere) return [];
    return [{ name, key: JSON.stringify(name), below: isView(kind) ? presenter(kind, selectionHere) : undefined }];
  }),
);

/** Makes a function that reduces an answer to the selected fields of its view, in the view's order. */
export const presenter = memoized((view, selection): Present => {
  const fields = presentedFields(view, selection);
  const one = (answer: Json, count: Count): Json => {
    const presented: Json = {};
    count.objects += 1;
    for (const { name, below } of fields) {
      const value = answer[name];
      if (value !== undefined) presented[name] = below ? below(value, count) : value;
    }
    return presented;
  };
  return (value, count = { objects: 0 }) => {
    if (value === null) return null;
    return Array.isArray(value) ? (value as Json[]).map((item) => one(item, count)) : one(value as Json, count);
  };
});

/**
 * Makes a function that writes the JSON of what `presenter` returns, and counts its objects (not lists or scalars).
 * The JSON of a frozen part, as all cached ones are, is kept and reused.
 */
export const serializer = memoized((view, selection): ((answer: Json) => Serialized) => {
  const fields = presentedFields(view, selection).map(({ name, key, below }) => ({
    name,
    key,
    write: writer(below),
  }));
  return (answer) => {
    const count = { objects: 1 };
    let text = '';
    for (const { name, key, write } of fields) {
      const value = answer[name];
      if (value !== undefined) text += `${text ? ',' : ''}${key}:${write(value, count)}`;
    }
    return { text: `{${text}}`, objects: count.objects };
  };
});

function writer(present: Present | undefined): (value: unknown, count: Count) => string {
  if (!present) return (value) => JSON.stringify(value);
  const written = new WeakMap<object, Serialized>();
  return (value, count) => {
    if (typeof value !== 'object' || value === null || !Object.isFrozen(value))
      return JSON.stringify(present(value, count));
    let known = written.get(value);
    if (!known) {
      const own = { objects: 0 };
      known = { text: JSON.stringify(present(value, own)), objects: own.objects };
      written.set(value, known);
    }
    count.objects += known.objects;
    return known.text;
  };
}
