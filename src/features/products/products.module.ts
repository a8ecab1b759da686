import { Module } from '@nestjs/common';
import { GetProductPage } from './get-product-page.ts';
import { ListProducts } from './list-products.ts';
import { ProductsController } from './products.controller.ts';
import { ProductsResolver } from './products.resolver.ts';

@Module({ controllers: [ProductsController], providers: [ProductsResolver, ListProducts, GetProductPage] })
export class ProductsModule {}
