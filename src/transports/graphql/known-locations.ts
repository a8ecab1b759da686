import { DirectiveLocation, GraphQLDirective, GraphQLSchema } from 'graphql';

/**
 * The schema whose directives name no location that came after GraphQL of September 2025: `@deprecated` of graphql 16.15 may be on
 * definitions of directives, and clients such as graphql-core 3.2 refuse a schema with a location that they do not know.
 */
export function withKnownLocations(schema: GraphQLSchema): GraphQLSchema {
  const directives = schema.getDirectives().map((directive) => {
    const { locations, ...others } = directive.toConfig();
    const known = locations.filter((location) => location !== DirectiveLocation.DIRECTIVE_DEFINITION);
    return known.length === locations.length ? directive : new GraphQLDirective({ ...others, locations: known });
  });
  return new GraphQLSchema({ ...schema.toConfig(), directives });
}
