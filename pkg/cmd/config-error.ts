/** Something the user can mend; the message says what was expected, what came, and what to do. */
export { ConfigError } from '../config/config-error.ts';
