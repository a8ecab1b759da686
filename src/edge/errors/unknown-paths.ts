import { isAdminRoute } from '#gateway/declare/admin-route';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** The first segments of the paths of routes, and whether a route below each has pages for people. */
    sections: ReadonlyMap<string, boolean>;
  }
}

/** All versions of the API are one section: `v`. */
const SECTION = /^\/(v(?=\d+(?:[/?]|$))|[^/?]+)/;
const sectionOf = (url: string): string | undefined => SECTION.exec(url)?.[1];

/** Collects where people ask and where programs do, from the error pages that routes declare. Call it before the first route. */
export function collectSections(server: FastifyInstance): void {
  const sections = new Map<string, boolean>();
  server.decorate('sections', sections);
  server.addHook('onRoute', ({ url, config }) => {
    const section = sectionOf(url);
    if (section) sections.set(section, sections.get(section) || config?.errorPage !== undefined);
  });
}

/** Whether the path of a request has no route on its port: a route of the other port is as unknown. */
export const isUnknown = ({ is404, routeOptions: { url }, isOperator }: FastifyRequest): boolean =>
  is404 || url === undefined || isAdminRoute(url) !== isOperator;

/** Whether a person may have mistyped an unknown path. Below the routes of an API it is the mistake of a program. */
export const isOfPeople = ({ server, url }: FastifyRequest): boolean =>
  server.sections.get(sectionOf(url) ?? '') ?? true;
