import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';

/** Whether the gateway is ready for traffic: false during start and shutdown; upstreams do not affect it. */
@Injectable()
export class Readiness implements BeforeApplicationShutdown {
  private isOpen = false;
  private pauses = 0;

  get isReady(): boolean {
    return this.isOpen && !this.pauses;
  }

  /** Marks the gateway as ready, once its ports are open. */
  opened(): void {
    this.isOpen = true;
  }

  /** Marks the gateway as not ready any more, since it is about to stop. */
  closing(): void {
    this.isOpen = false;
  }

  /** Marks the gateway as not ready for a while. @returns ends that, once */
  pause(): () => void {
    this.pauses += 1;
    let isPaused = true;
    return () => {
      if (isPaused) this.pauses -= 1;
      isPaused = false;
    };
  }

  beforeApplicationShutdown(): void {
    this.closing();
  }
}
