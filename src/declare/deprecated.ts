import { applyDecorators, SetMetadata } from '@nestjs/common';
import { Extensions } from '@nestjs/graphql';
import { ApiExtension } from '@nestjs/swagger';

/** A deprecation of a route or a field. */
export interface Deprecation {
  /** The date of the deprecation. */
  since: string;
  /** The date from which it may be removed. */
  sunset?: string;
  /** The URL of the migration guide. */
  link?: string;
}

/** The metadata key of deprecations: on REST handlers, and in the `extensions` of GraphQL fields. */
export const DEPRECATED = 'deprecated';

/** Deprecates a route or a root field: in response headers (RFC 9745, RFC 8594) and in the schema. */
export const Deprecated = (deprecation: Deprecation): MethodDecorator =>
  applyDecorators(
    SetMetadata(DEPRECATED, deprecation),
    Extensions({ [DEPRECATED]: deprecation }),
    ApiExtension('x-deprecated', true),
  );

/** The deprecation as a sentence for the schema. */
export function deprecationReason({ since, sunset, link }: Deprecation): string {
  const gone = sunset ? `, may be removed from ${sunset} on` : '';
  return `Since ${since}${gone}.${link ? ` See ${link}` : ''}`;
}

/** The response headers: `Deprecation` as a structured date, `Sunset` as an HTTP date, `Link` to the migration guide. */
export function deprecationHeaders({ since, sunset, link }: Deprecation): Record<string, string> {
  return {
    deprecation: `@${Math.floor(Date.parse(since) / 1000)}`,
    ...(sunset ? { sunset: new Date(sunset).toUTCString() } : {}),
    ...(link ? { link: `<${link}>; rel="deprecation"` } : {}),
  };
}

/** What a response announces whose parts have these deprecations: the earliest dates, with the link of what ends first. */
export function joinedDeprecation(all: readonly Deprecation[]): Deprecation | undefined {
  const [first, ...others] = all.toSorted((one, other) => endOf(one) - endOf(other));
  if (!first || !others.length) return first;
  const since = all
    .map((one) => one.since)
    .reduce((one, other) => (Date.parse(other) < Date.parse(one) ? other : one));
  return { ...first, since };
}

const endOf = ({ sunset }: Deprecation): number => (sunset ? Date.parse(sunset) : Infinity);
