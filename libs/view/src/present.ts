import type { Type } from '@nestjs/common';
import { fieldsOf, isView } from './view.ts';
import type { Wanted } from './wanted.ts';

type Json = Record<string, unknown>;
type Present = (value: unknown) => unknown;

/** A field that is shown, and what is shown of it where it is a view. */
interface Shown {
  name: string;
  key: string;
  below: Present | undefined;
}

/** What has been worked out for a view, by what is wanted of it: for whole answers that is once and for all. */
function once<T>(make: (view: Type, wanted: Wanted) => T): (view: Type, wanted: Wanted) => T {
  const known = new WeakMap<Type, WeakMap<Wanted, T>>();
  return (view, wanted) => {
    let ofView = known.get(view);
    if (!ofView) known.set(view, (ofView = new WeakMap()));
    let made = ofView.get(wanted);
    if (!made) ofView.set(wanted, (made = make(view, wanted)));
    return made;
  };
}

const shownOf = once((view, wanted): Shown[] =>
  fieldsOf(view).flatMap(({ name, kind }) => {
    const wantedHere = wanted.at(name);
    if (!wantedHere) return [];
    return [{ name, key: JSON.stringify(name), below: isView(kind) ? presenter(kind, wantedHere) : undefined }];
  }),
);

/** Shows of an answer the fields that its view has and the client wants, in the order of the view. */
export const presenter = once((view, wanted): Present => {
  const fields = shownOf(view, wanted);
  const one = (answer: Json): Json => {
    const shown: Json = {};
    for (const { name, below } of fields) {
      const value = answer[name];
      if (value !== undefined) shown[name] = below ? below(value) : value;
    }
    return shown;
  };
  return (value) => (value === null ? null : Array.isArray(value) ? value.map(one) : one(value as Json));
});

/**
 * Writes an answer as JSON, as `presenter` shows it. A part that is frozen, as all that is remembered is, is written once,
 * however often it is answered with.
 */
export const serializer = once((view, wanted): ((answer: Json) => string) => {
  const fields = shownOf(view, wanted).map(({ name, key, below }) => ({ name, key, write: writer(below) }));
  return (answer) => {
    let text = '';
    for (const { name, key, write } of fields) {
      const value = answer[name];
      if (value !== undefined) text += `${text ? ',' : ''}${key}:${write(value)}`;
    }
    return `{${text}}`;
  };
});

function writer(present: Present | undefined): (value: unknown) => string {
  if (!present) return JSON.stringify;
  const written = new WeakMap<object, string>();
  return (value) => {
    if (typeof value !== 'object' || value === null || !Object.isFrozen(value))
      return JSON.stringify(present(value));
    let text = written.get(value);
    if (text === undefined) written.set(value, (text = JSON.stringify(present(value))));
    return text;
  };
}
