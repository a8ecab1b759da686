import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  type GraphQLNamedType,
} from 'graphql';

const HEAD = ['| Deprecated | What its schema says |', '| --- | --- |'];

/** The deprecations of a schema with their reasons, by schema coordinates: a table of the docs. */
export function deprecationTable(sdl: string): string {
  const types = Object.values(buildSchema(sdl).getTypeMap()).filter((type) => !isIntrospectionType(type));
  const rows = types
    .flatMap(deprecatedIn)
    .map(([coordinate, reason]) => `| \`${coordinate}\` | ${inCell(reason)} |`);
  return [...HEAD, ...(rows.length ? rows.sort() : ['| nothing | |'])].join('\n');
}

interface Deprecatable {
  name: string;
  deprecationReason?: string | null;
}

function deprecatedIn(type: GraphQLNamedType): [coordinate: string, reason: string][] {
  const of = (all: readonly Deprecatable[], coordinate: (name: string) => string) =>
    all.flatMap(({ name, deprecationReason }): [string, string][] =>
      typeof deprecationReason === 'string' ? [[coordinate(name), deprecationReason]] : [],
    );
  const member = (name: string) => `${type.name}.${name}`;
  if (isEnumType(type)) return of(type.getValues(), member);
  if (isInputObjectType(type)) return of(Object.values(type.getFields()), member);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const fields = Object.values(type.getFields());
  return [
    ...of(fields, member),
    ...fields.flatMap((field) => of(field.args, (name) => `${member(field.name)}(${name}:)`)),
  ];
}

const inCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
