// A Nest application with Apollo, code first, as Nest's documentation has it: no guard, no limit, no log.
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Args,
  Context,
  Field,
  Float,
  GraphQLModule,
  ID,
  Int,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { context } from './graphql-shop.ts';
import { recentOrders, recommendations, announce, userOf } from './shop.ts';

@ObjectType()
class User {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field(() => String, { nullable: true }) avatarUrl?: string | null;
}

@ObjectType()
class Money {
  @Field(() => Float) amountMinor!: number;
  @Field() currency!: string;
}

@ObjectType()
class Product {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field(() => Money) price!: Money;
  @Field() inStock!: boolean;
  @Field(() => Float, { nullable: true }) rating?: number | null;
  @Field(() => String, { nullable: true }) imageUrl?: string | null;
}

@ObjectType()
class Line {
  @Field(() => ID) productId!: string;
  @Field() name!: string;
  @Field(() => Int) quantity!: number;
  @Field(() => Product, { nullable: true }) product?: Product | null;
}

@ObjectType()
class Order {
  @Field(() => ID) id!: string;
  @Field() status!: string;
  @Field() placedAt!: string;
  @Field(() => Money) total!: Money;
  @Field(() => [Line]) lines!: Line[];
}

@ObjectType()
class Degraded {
  @Field() part!: string;
  @Field() reason!: string;
}

@ObjectType()
class Home {
  @Field(() => User, { nullable: true }) user?: User | null;
  @Field(() => [Order], { nullable: true }) recentOrders?: Order[] | null;
  @Field(() => [Product], { nullable: true }) recommendations?: Product[] | null;
  @Field(() => [Degraded]) degraded!: Degraded[];
}

@Resolver(() => Home)
class HomeResolver {
  @Query(() => Home)
  home() {
    return { degraded: [] };
  }

  @ResolveField(() => User, { nullable: true })
  user() {
    return userOf('u0');
  }

  @ResolveField(() => [Order], { nullable: true })
  recentOrders(@Args('first', { type: () => Int, defaultValue: 5 }) first: number) {
    return recentOrders(first);
  }

  @ResolveField(() => [Product], { nullable: true })
  recommendations(@Args('first', { type: () => Int, defaultValue: 10 }) first: number) {
    return recommendations(first);
  }
}

@Resolver(() => Line)
class LineResolver {
  @ResolveField(() => Product, { nullable: true })
  product(@Parent() { productId }: Line, @Context() { products }: ReturnType<typeof context>) {
    return products.load(productId);
  }
}

@Module({
  imports: [GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true, context })],
  providers: [HomeResolver, LineResolver],
})
class ShopModule {}

const app = await NestFactory.create<NestFastifyApplication>(ShopModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
announce((app.getHttpServer().address() as AddressInfo).port);
