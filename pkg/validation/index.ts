export { currentGates, type ValidationContext } from './context.ts';
export { kindKey, type Target, validateCreate, validateUpdate, validators, warningsFor } from './validate.ts';
export type { KindRules } from './rules.ts';
export { validateService } from './core/service/service.ts';
export { validateServiceUpdate } from './core/service/update.ts';
export { validateServiceStatusUpdate } from './core/service/status.ts';
export { validateFieldManager } from './metadata/managed-fields.ts';
