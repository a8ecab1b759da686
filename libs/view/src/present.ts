import type { Type } from '@nestjs/common';
import { fieldsOf, isView } from './view.ts';
import type { Wanted } from './wanted.ts';

type Json = Record<string, unknown>;

/** A REST answer: of `answer`, the fields its view has and the client wants, in the order of the view. */
export function present(view: Type, answer: Json, wanted: Wanted): Json {
  const shown: Json = {};
  for (const { name, kind } of fieldsOf(view)) {
    const wantedHere = wanted.at(name);
    const value = answer[name];
    if (!wantedHere || value === undefined) continue;
    shown[name] = isView(kind) ? presentBelow(kind, value, wantedHere) : value;
  }
  return shown;
}

function presentBelow(view: Type, value: unknown, wanted: Wanted): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item: Json) => present(view, item, wanted));
  return present(view, value as Json, wanted);
}
