import type { Change } from './change.ts';

/** The compared part of a JSON Schema. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

type Found = Omit<Change, 'operations'>;

/** The visible changes of a schema. Input may be widened and output narrowed; the opposite breaks clients. */
export function schemaChanges(name: string, old: Schema, now: Schema, side: 'asked' | 'answered'): Found[] {
  const inner = Object.entries(old.properties ?? {}).flatMap(([field, schema]) => {
    const its = now.properties?.[field];
    return its
      ? schemaChanges(`${name}.${field}`, schema, its, side)
      : [breaking(`${name}.${field}`, `${name}.${field} was removed.`)];
  });
  const items = old.items && now.items ? schemaChanges(`${name}[]`, old.items, now.items, side) : [];
  return [
    ...typeChanges(name, old, now, side),
    ...enumChanges(name, old, now, side),
    ...requiredChanges(name, old, now, side),
    ...inner,
    ...items,
  ];
}

const breaking = (coordinate: string, what: string): Found => ({ what, isBreaking: true, coordinate });

/** The types of a schema. A view that may be null is `oneOf` it and null; `anyOf` has the events of a stream, and may grow. */
function typesOf({ $ref, type, oneOf }: Schema): string[] {
  return oneOf ? oneOf.flatMap(typesOf) : [$ref ?? type ?? 'anything'].flat();
}

/** A type that was added to an output, or removed from an input. */
function typeChanges(name: string, old: Schema, now: Schema, side: 'asked' | 'answered'): Found[] {
  const [wider, narrower] = side === 'answered' ? [now, old] : [old, now];
  const known = typesOf(narrower);
  const news = typesOf(wider).filter(
    (type) => !known.includes(type) && !(type === 'integer' && known.includes('number')),
  );
  if (!news.length) return [];
  if (side === 'answered' && news.join() === 'null') return [breaking(name, `${name} may be null.`)];
  const [was, is] = [old, now].map((one) => typesOf(one).join(' or '));
  return [breaking(name, `${name} was ${was}, and is ${is}.`)];
}

function enumChanges(name: string, old: Schema, now: Schema, side: 'asked' | 'answered'): Found[] {
  if (!old.enum || !now.enum) return [];
  const gone = old.enum.filter((value) => !now.enum!.includes(value));
  const news = now.enum.filter((value) => !old.enum!.includes(value));
  return [
    ...gone.map((value) => ({
      what: `${name} has no ${String(value)} any more.`,
      isBreaking: side === 'asked',
      coordinate: name,
    })),
    // A client that handles all values of an output receives an unknown one.
    ...(side === 'answered'
      ? news.map((value) => ({ what: `${name} may be ${String(value)}.`, isBreaking: false, coordinate: name }))
      : []),
  ];
}

function requiredChanges(name: string, old: Schema, now: Schema, side: 'asked' | 'answered'): Found[] {
  const [was, is] = [old.required ?? [], now.required ?? []];
  if (side === 'asked')
    return is.filter((one) => !was.includes(one)).map((one) => breaking(name, `${name} requires ${one}.`));
  return was
    .filter((one) => !is.includes(one) && now.properties?.[one])
    .map((one) => breaking(`${name}.${one}`, `${name}.${one} may be missing.`));
}
