/** CEL with the functions of Kubernetes. Pure. */
export {
  compile,
  CompileError,
  CostError,
  errorAt,
  Optional,
  RunError,
  withoutStrings,
  type Program,
} from './program.ts';
