import { Module } from '@nestjs/common';
import { GetNode } from './get-node.ts';
import { NodeResolver } from './node.resolver.ts';

@Module({ providers: [NodeResolver, GetNode] })
export class NodeModule {}
