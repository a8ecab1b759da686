import { products } from '#libs/contracts';
import { CallContext, checked, Context } from '#libs/service';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { reservationRequest, reserveRequest } from './requests.ts';
import { Reservations } from './reservations.ts';

/** The writes of `shop.products.v1`. */
@Controller()
export class ReservationsController {
  constructor(private readonly reservations: Reservations) {}

  @GrpcMethod('ProductsService')
  async reserveStock(@Context() context: CallContext, @Payload() request: products.ReserveStockRequest) {
    const { reservationId, lines, ttlSeconds } = checked(reserveRequest, request);
    const key = { caller_id: context.callerId, id: reservationId };
    return { expiresAt: new Date(await this.reservations.reserve(context, key, lines, ttlSeconds * 1000)) };
  }

  @GrpcMethod('ProductsService')
  async confirmReservation(
    @Context() context: CallContext,
    @Payload() request: products.ConfirmReservationRequest,
  ) {
    const { reservationId } = checked(reservationRequest, request);
    await this.reservations.confirm({ caller_id: context.callerId, id: reservationId });
    return {};
  }

  @GrpcMethod('ProductsService')
  async releaseReservation(
    @Context() context: CallContext,
    @Payload() request: products.ReleaseReservationRequest,
  ) {
    const { reservationId } = checked(reservationRequest, request);
    await this.reservations.release({ caller_id: context.callerId, id: reservationId });
    return {};
  }
}
