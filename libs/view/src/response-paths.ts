import {
  type FieldNode,
  getArgumentValues,
  getNamedType,
  type GraphQLNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql';
import { type Definition, fieldsIn, type Info } from './selection-of.ts';

/** A part in more places than this is listed once, without indices, so that `degraded` does not outgrow the data. */
const MAX_PLACES = 100;
const INDEX = /^\d+$/;

/** A position in a response, and the selection there. */
interface Place {
  path: readonly string[];
  nodes: readonly FieldNode[];
  type: GraphQLNamedType;
  /** The value in the response; undefined if there is none. */
  data: unknown;
  /** The most elements of a list that are returned. */
  first: number;
}

/**
 * Finds the response paths of a part of a root field's answer: one for each alias, with list indices (GraphQL,
 * 7.1.2), joined by dots.
 * @param part path in the answer of the use case: `recentOrders`, `items.2`, `order.lines.product`; a name that the
 * type lacks stands for the answer itself
 * @param data the response
 * @param withIndices whether to list every element that has the part, or all of them once
 */
export function responsePaths(info: Info, part: string, data: unknown, withIndices = true): string[] {
  const { alias, name } = info.fieldNodes[0]!;
  const key = (alias ?? name).value;
  const type = getNamedType(info.returnType);
  const root = { path: [key], nodes: info.fieldNodes, type, data: at(data, key), first: Infinity };
  const segments = part.split('.');
  const fields = fieldsOf(type, info);
  // The `items` of a REST page are the `nodes` of a connection.
  if (segments[0] === 'items' && !fields.has('items') && fields.has('nodes')) segments[0] = 'nodes';
  if (!fields.has(segments[0]!)) return [key];
  const paths = pathsOf(root, segments, info, withIndices);
  return paths.length > MAX_PLACES ? pathsOf(root, segments, info, false) : paths;
}

/** The field names of a type; those of all its possible types if it is abstract. */
function fieldsOf(type: GraphQLNamedType, { schema }: Info): Set<string> {
  const types = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
  return new Set(types.flatMap((one) => Object.keys(one.getFields())));
}

function pathsOf(place: Place, segments: readonly string[], info: Info, withIndices: boolean): string[] {
  const { path, data, first } = place;
  const [segment, ...rest] = segments;
  if (segment === undefined) return [path.join('.')];
  const below = (index: string) => ({ ...place, path: [...path, index], data: at(data, index), first: Infinity });
  // An alias with a smaller `first` does not contain the element, so it has not lost it.
  if (INDEX.test(segment)) return Number(segment) < first ? pathsOf(below(segment), rest, info, withIndices) : [];
  if (Array.isArray(data)) {
    if (!withIndices) return pathsOf({ ...place, data: undefined, first: Infinity }, segments, info, false);
    return data.flatMap((_, index) => pathsOf(below(String(index)), segments, info, true));
  }
  const found = [segments, ...onEdges(place.type, segments)].flatMap(([name, ...further]) =>
    placesOf(place, name!, info).flatMap((one) => pathsOf(one, further, info, withIndices)),
  );
  const isPresent = found.length > 0 || placesOf(place, segment, info).length > 0;
  return isPresent ? found : [[...path, ...segments].join('.')];
}

/** A connection contains its list as `nodes`, and as the `node` of each of its `edges` (GraphQL Cursor Connections). */
function onEdges(type: GraphQLNamedType, [name, ...rest]: readonly string[]): string[][] {
  if (name !== 'nodes' || !isObjectType(type) || !type.getFields()['edges']) return [];
  const index = rest.filter((segment, i) => i === 0 && INDEX.test(segment));
  const further = rest.slice(index.length);
  return [['edges', ...index, ...(further.length ? ['node', ...further] : [])]];
}

/** The positions of a field: one for each of its response keys. */
function placesOf({ path, nodes, type, data }: Place, name: string, info: Info): Place[] {
  const places = new Map<string, Place & { nodes: FieldNode[] }>();
  const opened = new Set<string>();
  for (const { selectionSet } of nodes) {
    for (const [definition, node] of fieldsIn(selectionSet, type, info, opened)) {
      if (definition.name !== name) continue;
      const key = (node.alias ?? node.name).value;
      const same = places.get(key);
      if (same) same.nodes.push(node);
      else {
        const first = firstOf(definition, node, info);
        const location = { path: [...path, key], data: at(data, key), first, type: getNamedType(definition.type) };
        places.set(key, { ...location, nodes: [node] });
      }
    }
  }
  return [...places.values()];
}

/** A field with invalid arguments has failed and returns nothing, so its `first` does not matter. */
function firstOf(definition: Definition, node: FieldNode, { variableValues }: Info): number {
  try {
    const { first } = getArgumentValues(definition, node, variableValues);
    return typeof first === 'number' ? first : Infinity;
  } catch {
    return Infinity;
  }
}

/** Compares two response paths by document order (GraphQL, 7.2.2). */
export function byPlace(data: unknown): (one: string, other: string) => number {
  const ranks = new Map<string, number[]>();
  const rankOf = (path: string): number[] => {
    let rank = ranks.get(path);
    if (!rank) ranks.set(path, (rank = rankIn(data, path)));
    return rank;
  };
  return (one, other) => {
    const [mine, theirs] = [rankOf(one), rankOf(other)];
    const differs = mine.findIndex((rank, i) => rank !== theirs[i]);
    return differs < 0 ? mine.length - theirs.length : mine[differs]! - (theirs[differs] ?? -1);
  };
}

function rankIn(data: unknown, path: string): number[] {
  let here = data;
  return path.split('.').map((segment) => {
    const keys = typeof here === 'object' && here !== null && !Array.isArray(here) ? Object.keys(here) : [];
    here = at(here, segment);
    const rank = keys.indexOf(segment);
    return INDEX.test(segment) ? Number(segment) : rank < 0 ? Number.MAX_SAFE_INTEGER : rank;
  });
}

const at = (data: unknown, key: string): unknown => (data as Record<string, unknown> | null | undefined)?.[key];
