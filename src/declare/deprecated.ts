import { applyDecorators, SetMetadata } from '@nestjs/common';
import { Extensions } from '@nestjs/graphql';
import { ApiExtension } from '@nestjs/swagger';

/** What is on its way out. */
export interface Deprecation {
  /** Since when nobody should begin to use it: a date. */
  since: string;
  /** From when on it may be gone: a date. */
  sunset?: string;
  /** Where it is written what to use instead. */
  link?: string;
}

/** The metadata of what is deprecated: on REST handlers, and in the `extensions` of GraphQL fields. */
export const DEPRECATED = 'deprecated';

/** Says to every client of a route or a root field that it is on its way out (RFC 9745, RFC 8594), and in the schema. */
export const Deprecated = (deprecation: Deprecation): MethodDecorator =>
  applyDecorators(
    SetMetadata(DEPRECATED, deprecation),
    Extensions({ [DEPRECATED]: deprecation }),
    ApiExtension('x-deprecated', true),
  );

/** The same in a sentence, for readers of a schema. */
export function deprecationReason({ since, sunset, link }: Deprecation): string {
  const gone = sunset ? `, may be gone from ${sunset} on` : '';
  return `Since ${since}${gone}.${link ? ` See ${link}` : ''}`;
}

/** What a client is told: `Deprecation` as a structured date, `Sunset` as an HTTP date, `Link` to what to do. */
export function deprecationHeaders({ since, sunset, link }: Deprecation): Record<string, string> {
  return {
    deprecation: `@${Math.floor(Date.parse(since) / 1000)}`,
    ...(sunset ? { sunset: new Date(sunset).toUTCString() } : {}),
    ...(link ? { link: `<${link}>; rel="deprecation"` } : {}),
  };
}
