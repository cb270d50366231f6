/**
 * A finding of validation: where, what kind, and upstream's words (F10). Validators return arrays of these in
 * upstream's order; the API server turns them into one 422.
 */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTooFew'
  | 'FieldValueTooShort'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

export interface FieldError {
  type: FieldErrorType;
  /** JSON path as upstream prints it: `spec.ports[0].nodePort`, `metadata.labels[a/b]`. */
  field: string;
  /** Everything after `field: `, for example `Invalid value: 0: must be between 1 and 65535, inclusive`. */
  message: string;
}
