let serving = false;

/** Notes that this process listens from now on, or its workers do. */
export const beginServing = (): void => void (serving = true);

/** Whether a client may have connected to this process, or to a worker of it. */
export const isServing = (): boolean => serving;
