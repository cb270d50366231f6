/** An object before validation: whatever its type says is required, a client may have left it out. */
export type Loose<T> = T extends readonly (infer Item)[]
  ? Loose<Item>[]
  : T extends object
    ? string extends keyof T
      ? T
      : { [K in keyof T]?: Loose<T[K]> }
    : T;
