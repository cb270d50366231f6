/** CEL with the functions of Kubernetes. Pure. */
export {
  checkAdmission,
  compileAdmission,
  lazyValues,
  type AdmissionType,
  type AdmissionVariables,
} from './admission.ts';
export { AuthorizerValue, type Authorize, type AuthorizerQuestion } from './authorizer.ts';
export {
  compile,
  CompileError,
  CostError,
  errorAt,
  Optional,
  RunError,
  withoutStrings,
  type Program,
  type TypedProgram,
} from './program.ts';
