/** A difference that is known, by the id of its request. */
export interface Known {
  readonly id: string | RegExp;
  readonly why: string;
}

/** Why a request may be answered differently, if a register says so. */
export const reasonIn =
  (register: readonly Known[]) =>
  (id: string): string | undefined =>
    register.find((known) => (typeof known.id === 'string' ? known.id === id : known.id.test(id)))?.why;
