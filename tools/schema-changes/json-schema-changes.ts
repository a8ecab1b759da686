import type { Change } from './change.ts';

/** What is compared of a JSON Schema. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
}

type Found = Omit<Change, 'operations'>;

/**
 * What has changed of a schema so that a client could notice. What is asked with may become more, what is answered may
 * become less: the other way round a client breaks.
 */
export function schemaChanges(name: string, old: Schema, now: Schema, side: 'asked' | 'answered'): Found[] {
  const inner = Object.entries(old.properties ?? {}).flatMap(([field, schema]) => {
    const its = now.properties?.[field];
    return its
      ? schemaChanges(`${name}.${field}`, schema, its, side)
      : [breaking(`${name}.${field} was removed.`)];
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

const breaking = (what: string): Found => ({ what, isBreaking: true });

const typesOf = ({ $ref, type }: Schema): string[] => [$ref ?? type ?? 'anything'].flat();

/** A type that is new in an answer, or is gone from what is asked with. */
function typeChanges(name: string, old: Schema, now: Schema, side: 'asked' | 'answered'): Found[] {
  const [wider, narrower] = side === 'answered' ? [now, old] : [old, now];
  const known = typesOf(narrower);
  const news = typesOf(wider).filter(
    (type) => !known.includes(type) && !(type === 'integer' && known.includes('number')),
  );
  if (!news.length) return [];
  if (side === 'answered' && news.join() === 'null') return [breaking(`${name} may be null.`)];
  const [was, is] = [old, now].map((one) => typesOf(one).join(' or '));
  return [breaking(`${name} was ${was}, and is ${is}.`)];
}

function enumChanges(name: string, old: Schema, now: Schema, side: 'asked' | 'answered'): Found[] {
  if (!old.enum || !now.enum) return [];
  const gone = old.enum.filter((value) => !now.enum!.includes(value));
  const news = now.enum.filter((value) => !old.enum!.includes(value));
  return [
    ...gone.map((value) => ({ what: `${name} has no ${String(value)} any more.`, isBreaking: side === 'asked' })),
    // A client that knows all values of an answer meets one that it does not know.
    ...(side === 'answered'
      ? news.map((value) => ({ what: `${name} may be ${String(value)}.`, isBreaking: false }))
      : []),
  ];
}

function requiredChanges(name: string, old: Schema, now: Schema, side: 'asked' | 'answered'): Found[] {
  const [was, is] = [old.required ?? [], now.required ?? []];
  if (side === 'asked')
    return is.filter((one) => !was.includes(one)).map((one) => breaking(`${name} requires ${one}.`));
  return was
    .filter((one) => !is.includes(one) && now.properties?.[one])
    .map((one) => breaking(`${name}.${one} may be missing.`));
}
