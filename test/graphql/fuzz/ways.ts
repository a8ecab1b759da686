import type { GraphqlRequest } from './documents.ts';
import type { FuzzedGateway } from './fuzzed-gateway.ts';
import { Get, ById, Persisted, Post, Query } from './http-ways.ts';
import { Production } from './production-way.ts';
import { Socket, SocketById } from './socket-way.ts';
import { Sse } from './sse-way.ts';
import type { Outcome } from './outcome.ts';
import type { Reference } from './reference.ts';
import { View } from './view-way.ts';
import type { WAYS } from './way-names.ts';

/** How a document reaches a gateway. */
export interface Way {
  readonly name: (typeof WAYS)[number];
  /** Whether a document can be asked so. */
  takes(operation: GraphqlRequest, reference: Reference): boolean;
  /** @param time how often it has been asked before */
  send(operation: GraphqlRequest, time: number): Promise<Outcome>;
  /** What graphql-js answers, as far as this way can say it. */
  expected(reference: Reference, got: Outcome): Outcome;
  /** Whether what a document costs is counted so, the same as on all ways. */
  isCharged(reference: Reference): boolean;
  /** Called before a document is asked, for what was kept of the one before. */
  begin?(operation: GraphqlRequest, reference: Reference): void;
  close?(): Promise<void>;
}

/** All ways there are. @param production a gateway that says less */
export const waysTo = (gateway: FuzzedGateway, production: FuzzedGateway): Way[] => [
  new Post(gateway),
  new Socket(gateway),
  new Get(gateway),
  new Persisted(gateway),
  new Query(gateway),
  new ById(gateway),
  new SocketById(gateway),
  new View(gateway),
  new Sse(gateway),
  new Production(production),
];
