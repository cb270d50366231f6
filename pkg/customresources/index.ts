/** Custom resources as rules: what a definition may say, and what it makes of the objects of its kind. Pure. */
export { largestIn, toCel as celOf } from './cel-value.ts';
export { columnCell, defaultColumns } from './columns.ts';
export { applyDefaults } from './default.ts';
export * from './definition.ts';
export { plainPath, valueAt } from './json-path.ts';
export { established, settleNames } from './names.ts';
export { propertyOf, schemasIn, type JsonObject, type Schema, type ValidationRule } from './schema.ts';
export { checkExpressions, compileRules } from './rules.ts';
export { customType, readStored, type CustomKind } from './type.ts';
export {
  definitionWarnings,
  validateDefinition,
  validateDefinitionStatusUpdate,
  validateDefinitionUpdate,
} from './validate-definition.ts';
export type { ExpressionCheck } from './validate-root.ts';
export {
  finalizerWarnings,
  validateObject,
  validateObjectUpdate,
  validateStatusUpdate,
  type ObjectRules,
  type RunRules,
} from './validate-object.ts';
