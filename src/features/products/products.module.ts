import { Module } from '@nestjs/common';
import { GetProductPage } from './get-product-page.ts';
import { ImportFiles } from './imports/import-files.ts';
import { ImportProducts } from './imports/import-products.ts';
import { ImportsController } from './imports/imports.controller.ts';
import { RunProductImport } from './imports/run-product-import.ts';
import { ListProducts } from './list-products.ts';
import { ProductsController } from './products.controller.ts';
import { ProductsResolver } from './products.resolver.ts';

@Module({
  controllers: [ProductsController, ImportsController],
  providers: [ProductsResolver, ListProducts, GetProductPage, ImportFiles, ImportProducts, RunProductImport],
})
export class ProductsModule {}
