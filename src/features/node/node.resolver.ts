import { ExpectedTypes } from '#gateway/declare/expected-types';
import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import { SelectedFields } from '#gateway/declare/selected-fields';
import { NodeView } from '#gateway/features/views/node.view';
import type { Context } from '#libs/upstream';
import type { Selection } from '#libs/view';
import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { GetNode } from './get-node.ts';

@Resolver()
export class NodeResolver {
  constructor(private readonly getNode: GetNode) {}

  @Runs(GetNode)
  @Query(() => NodeView, {
    nullable: true,
    description: 'The object with this id; null if it does not exist or the caller may not see it.',
  })
  node(
    @RequestContext() context: Context,
    @Args('id', { type: () => ID }) id: string,
    @SelectedFields() selection: Selection,
    @ExpectedTypes() expected: ReadonlySet<string>,
  ) {
    return this.getNode.run(context, id, selection, expected);
  }
}
