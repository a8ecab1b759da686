import { orders } from '#libs/contracts';

/** Where an order stands. */
export type Status = 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED';

/** The state machine: what can become of an order in each status. `step` is where the clock moves it. */
export const machine: Record<Status, { step: Status | null; isCancellable: boolean }> = {
  PLACED: { step: 'PAID', isCancellable: true },
  PAID: { step: 'PACKED', isCancellable: true },
  PACKED: { step: 'SHIPPED', isCancellable: true },
  SHIPPED: { step: 'DELIVERED', isCancellable: false },
  DELIVERED: { step: null, isCancellable: false },
  CANCELLED: { step: null, isCancellable: false },
};

/** Whether an order can move no further. */
export function isFinal(status: Status): boolean {
  return machine[status].step === null;
}

/** The statuses an order has gone through by the clock to come to `status`, itself included. */
export function pathTo(status: Status): Status[] {
  const path: Status[] = ['PLACED'];
  while (path.at(-1) !== status) {
    const { step } = machine[path.at(-1)!];
    if (step === null) return ['PLACED', status];
    path.push(step);
  }
  return path;
}

/** The status as the proto enum. */
export function toProto(status: Status): orders.OrderStatus {
  return orders.OrderStatus[status];
}

/** The status of a proto enum; undefined for UNSPECIFIED. */
export function fromProto(status: orders.OrderStatus): Status | undefined {
  return status === orders.OrderStatus.UNSPECIFIED ? undefined : (orders.OrderStatus[status] as Status);
}
