export { ConfigError, didYouMean } from './config-error.ts';
export { readConfig } from './config-file.ts';
export type { ConfigOf, ConfigSource, Fields, FieldType } from './config-file.ts';
export { readControllerManagerConfiguration } from './controller-manager-configuration.ts';
export type { ControllerManagerConfiguration } from './controller-manager-configuration.ts';
export { selectControllers } from './controller-selection.ts';
export { formatDuration, parseDuration } from './duration.ts';
export { parseFeatureGates } from './feature-gates.ts';
export type { FeatureGates, FeatureSpec } from './feature-gates.ts';
