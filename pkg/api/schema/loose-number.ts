/** A number whose spelling matters: `1.0` is no integer to Go, and a quantity of `1E3` is not one of `1000`. */
export class LooseNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
