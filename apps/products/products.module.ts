import type { Logger } from '#libs/observe';
import { RepeatedWork, type ServiceStorage } from '#libs/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { Catalogue } from './catalogue.ts';
import { Imports } from './imports.ts';
import { ImportsController } from './imports.controller.ts';
import { ProductsController } from './products.controller.ts';
import { Reservations } from './reservations.ts';
import { ReservationsController } from './reservations.controller.ts';
import type { ProductsSchema } from './schema.ts';

/** The dependencies of the products service. */
export interface ProductsParts {
  storage: Pick<ServiceStorage<ProductsSchema>, 'db' | 'reads'>;
  logger: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** The interval of the search for overdue reservations, in milliseconds. */
  sweepMs: number;
}

/** The table of contents of the products service. */
@Module({})
export class ProductsModule {
  static of({ storage: { db, reads }, logger, now, sweepMs }: ProductsParts): DynamicModule {
    const reservations = new Reservations(db, now);
    const expire = () => reservations.expireOverdue();
    return {
      module: ProductsModule,
      controllers: [ProductsController, ReservationsController, ImportsController],
      providers: [
        { provide: Catalogue, useValue: new Catalogue(db, reads) },
        { provide: Reservations, useValue: reservations },
        { provide: Imports, useValue: new Imports(db, now) },
        { provide: RepeatedWork, useValue: new RepeatedWork(logger, 'expiring reservations', sweepMs, expire) },
      ],
    };
  }
}
