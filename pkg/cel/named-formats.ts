/** The formats of names in CEL: `format.dns1123Label().validate(self.name)`. */
import { Optional, type Environment } from '@marcbachmann/cel-js';
import { dns1035LabelProblems, dnsLabelProblems, dnsSubdomainProblems } from '../validation/formats/dns.ts';
import { labelKeyProblems, labelValueProblems } from '../validation/formats/labels.ts';

class Formats {
  readonly functions = 'format';
}
class Format {
  readonly problems: (text: string) => readonly string[];
  constructor(problems: (text: string) => readonly string[]) {
    this.problems = problems;
  }
}

const namedFormats: Readonly<Record<string, (text: string) => readonly string[]>> = {
  dns1123Label: dnsLabelProblems,
  dns1123Subdomain: dnsSubdomainProblems,
  dns1035Label: dns1035LabelProblems,
  qualifiedName: labelKeyProblems,
  labelValue: labelValueProblems,
};

export function addNamedFormats(environment: Environment): void {
  environment.registerType('FormatsNamespace', { ctor: Formats });
  environment.registerType('kubernetes.NamedFormat', { ctor: Format });
  environment.registerConstant('format', 'FormatsNamespace', new Formats());
  for (const [name, problems] of Object.entries(namedFormats)) {
    environment.registerFunction(`FormatsNamespace.${name}(): kubernetes.NamedFormat`, () => new Format(problems));
  }
  environment.registerFunction(
    'FormatsNamespace.named(string): optional<kubernetes.NamedFormat>',
    (_: Formats, name: string) => {
      const found = Object.hasOwn(namedFormats, name) ? namedFormats[name] : undefined;
      return found === undefined ? Optional.none() : Optional.of(new Format(found));
    },
  );
  environment.registerFunction(
    'kubernetes.NamedFormat.validate(string): optional<list<string>>',
    ({ problems }: Format, text: string) => {
      const found = problems(text);
      return found.length === 0 ? Optional.none() : Optional.of(found);
    },
  );
}
