/** What a black-box suite is, and how its outcome is told. */

export interface Suite {
  /** One line: what is run against what. */
  readonly about: string;
  /** Why this machine cannot run it and how that is mended; undefined when it can. */
  missing(): string | undefined | Promise<string | undefined>;
  run(check: Check, skip: Skip): Promise<void>;
}

/** Runs one named check; a thrown error fails it and the suite goes on. */
export type Check = (name: string, body: () => void | Promise<void>) => Promise<void>;

/** Says that a part cannot be tried here, and why. */
export type Skip = (why: string) => void;

export class Report {
  passed = 0;
  failed = 0;
  skipped = 0;

  async run(suite: Suite): Promise<void> {
    const missing = await suite.missing();
    if (missing !== undefined) {
      this.#skip(missing);
      return;
    }
    try {
      await suite.run(
        (name, body) => this.#check(name, body),
        (why) => this.#skip(why),
      );
    } catch (error) {
      this.#fail('the suite itself', error);
    }
  }

  lastLine(): string {
    return `${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`;
  }

  async #check(name: string, body: () => void | Promise<void>): Promise<void> {
    try {
      await body();
      this.passed += 1;
      console.log(`ok    ${name}`);
    } catch (error) {
      this.#fail(name, error);
    }
  }

  #skip(why: string): void {
    this.skipped += 1;
    console.log(`skip  ${why}`);
  }

  #fail(name: string, error: unknown): void {
    this.failed += 1;
    console.log(`FAIL  ${name}\n${indent(error instanceof Error ? (error.stack ?? error.message) : String(error))}`);
  }
}

const indent = (text: string): string => text.replaceAll(/^/gm, '      ');
