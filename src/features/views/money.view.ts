import { input, safeInt, SafeInt, ViewField, View } from '#libs/view';
import { z } from 'zod';

/** An amount in the minor unit of its currency (ISO 4217). */
@View('Money', 'An amount in the minor unit of its currency (ISO 4217).')
export class MoneyView {
  @ViewField(() => SafeInt)
  amountMinor!: number;

  @ViewField(() => String, { description: 'A currency code (ISO 4217), for example USD.' })
  currency!: string;
}

/** The input of an amount. */
export const MoneyInput = input('MoneyInput', {
  amountMinor: safeInt(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'Must be three capital letters (ISO 4217)'),
});
