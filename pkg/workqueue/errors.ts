/** Trying again cannot help; the key is dropped until something changes (E1). */
export class TerminalError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TerminalError';
  }
}

/** The cache does not show our own writes yet; the same key soon again, and no failure (E1, WQ11). */
export class StaleError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StaleError';
  }
}
