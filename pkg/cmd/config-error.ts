/** Something the user can mend; the message says what was expected, what came, and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
