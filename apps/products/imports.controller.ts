import { products } from '#libs/contracts';
import { CallContext, checked, Context, permissionDenied } from '#libs/service';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { Imports } from './imports.ts';
import { importRequest } from './requests.ts';

const SCOPE = 'admin';

/** The imports of `shop.products.v1`. */
@Controller()
export class ImportsController {
  constructor(private readonly imports: Imports) {}

  @GrpcMethod('ProductsService')
  async importProducts(@Context() context: CallContext, @Payload() request: products.ImportProductsRequest) {
    const { callerId } = context;
    if (!context.hasScope(SCOPE)) throw permissionDenied(SCOPE);
    return this.imports.write(callerId, checked(importRequest, request));
  }
}
