export { createLogger } from './create-logger.ts';
export type { LoggerOptions } from './create-logger.ts';
export { silentLogger } from './logger.ts';
export type { LogFields, Logger } from './logger.ts';
