/** A write that was planned, noted and not made (observe mode). No failure: the sync goes on as if it were not there. */
export class WithheldError extends Error {
  constructor(what: string) {
    super(`${what} was withheld: this process only observes`);
    this.name = 'WithheldError';
  }
}
