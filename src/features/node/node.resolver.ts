import { ExpectedTypes } from '#gateway/edge/doors/expected-types';
import { RequestContext } from '#gateway/edge/doors/request-context';
import { Runs } from '#gateway/edge/doors/runs';
import { WantedParts } from '#gateway/edge/doors/wanted-parts';
import { NodeView } from '#gateway/features/node.view';
import type { Context } from '#libs/upstream';
import type { Wanted } from '#libs/view';
import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { GetNode } from './get-node.ts';

@Resolver()
export class NodeResolver {
  constructor(private readonly getNode: GetNode) {}

  @Runs(GetNode)
  @Query(() => NodeView, {
    nullable: true,
    description: 'The object that has this id; null where there is none that the caller may see.',
  })
  node(
    @RequestContext() context: Context,
    @Args('id', { type: () => ID }) id: string,
    @WantedParts() wanted: Wanted,
    @ExpectedTypes() expected: ReadonlySet<string>,
  ) {
    return this.getNode.run(context, id, wanted, expected);
  }
}
