import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Done } from './stage/stage.ts';

/** The stage that accepts upgrades at `/graphql`; implemented in `transports/graphql`. */
export abstract class GraphqlUpgrades {
  abstract preValidation(request: FastifyRequest, reply: FastifyReply, done: Done): void;
}

/** The stage that limits GraphQL documents before execution; implemented in `transports/graphql`. */
export abstract class GraphqlLimits {
  abstract preHandler(request: FastifyRequest, reply: FastifyReply, done: Done): void;
}
