import { watchFiles } from '#libs/process';

/** What requests a reload: a changed file, and SIGHUP, from the construction until the process ends. */
export class ReloadTriggers {
  private reload: ((cause: 'file' | 'signal') => void) | undefined;
  private isDue = false;

  /** By default SIGHUP would end a process that is still starting. */
  constructor() {
    process.on('SIGHUP', () => {
      if (this.reload) this.reload('signal');
      else this.isDue = true;
    });
  }

  /**
   * Calls `reload` when one of the files has changed, at SIGHUP, and at once if there was one meanwhile.
   * @param files the files that settings are read from, which may be others after a reload
   */
  start(files: () => Iterable<string>, reload: (cause: 'file' | 'signal') => void): void {
    this.reload = reload;
    watchFiles(files, () => reload('file'));
    if (this.isDue) reload('signal');
  }
}
