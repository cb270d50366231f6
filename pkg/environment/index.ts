export type { OwnEnvironment } from './container-environment.ts';
export { containerEnvironment } from './container-environment.ts';
export type { EnvironmentWarning, ServiceEnvironment } from './service-environment.ts';
export { serviceEnvironment } from './service-environment.ts';
export type { Variable } from './variable.ts';
