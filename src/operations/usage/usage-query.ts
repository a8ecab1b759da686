import { dayOf } from '#gateway/transports/usage/usage';
import { check, numberOfText } from '#libs/view';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

const DAY_MS = 86_400_000;
const MAX_DAYS = 400;

const usageQuery = z.strictObject({
  day: z
    .union([z.enum(['today', 'yesterday']), z.iso.date()], 'Must be today, yesterday or a date such as 2026-11-28')
    .default('today'),
  days: z
    .preprocess(
      numberOfText,
      z.number('Must be a whole number').int('Must be a whole number').min(1).max(MAX_DAYS),
    )
    .default(1),
});

/** The days that a query selects, in order, in UTC: as many as `days`, of which the last is `day`. */
export function daysOf({ day, days }: z.infer<typeof usageQuery>, now = Date.now()): string[] {
  const last = day === 'today' ? now : day === 'yesterday' ? now - DAY_MS : Date.parse(day);
  return Array.from({ length: days }, (_, back) => dayOf(last - (days - 1 - back) * DAY_MS));
}

/** Injects the selected days. @throws {GatewayError} BAD_REQUEST or VALIDATION_FAILED */
export const UsageDays = createParamDecorator((_: unknown, execution: ExecutionContext) =>
  daysOf(check(usageQuery, execution.switchToHttp().getRequest<FastifyRequest>().query)),
);
