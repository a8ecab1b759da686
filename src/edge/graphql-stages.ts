import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Done } from './stage/stage.ts';

/** The stage that takes upgrades at `/graphql`. `transports/graphql` provides it: the edge knows its place alone. */
export abstract class GraphqlUpgrades {
  abstract preValidation(request: FastifyRequest, reply: FastifyReply, done: Done): void;
}

/** The stage that limits GraphQL documents before they run. `transports/graphql` provides it. */
export abstract class GraphqlLimits {
  abstract preHandler(request: FastifyRequest, reply: FastifyReply, done: Done): void;
}
