/** Whether any address is ready. @throws what the first one failed with, if none could be reached */
export async function anyReady(answers: readonly Promise<boolean>[]): Promise<boolean> {
  const settled = await Promise.allSettled(answers);
  if (settled.some((one) => one.status === 'fulfilled')) {
    return settled.some((one) => one.status === 'fulfilled' && one.value);
  }
  throw (settled[0] as PromiseRejectedResult).reason;
}
