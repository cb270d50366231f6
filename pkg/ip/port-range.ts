/** Port ranges as flags spell them: `30000-32767`, `30000+10`, `8080`. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const highest = 65_535;
const readPort = (text: string): number | undefined => (/^[0-9]{1,5}$/.test(text) ? Number(text) : undefined);

/** Throws with what was wrong. `A+K` ends at A+K, cut at 65535. */
export function parsePortRange(text: string): PortRange {
  const spec = text.trim();
  const [, left = '', sign = '', right = ''] = /^([^+-]*)([+-]?)(.*)$/s.exec(spec) ?? [];
  const first = readPort(left);
  const second = sign === '' ? first : readPort(right);
  if (first === undefined || second === undefined) {
    throw new RangeError(`"${text}" is no port range; write 30000-32767, 30000+2767 or one port`);
  }
  const last = sign === '+' ? Math.min(first + second, highest) : second;
  if (first > highest || last > highest) throw new RangeError(`"${text}": ports end at ${highest}`);
  if (last < first) throw new RangeError(`"${text}": the last port is below the first`);
  return { first, last };
}

export const formatPortRange = ({ first, last }: PortRange): string => `${first}-${last}`;

export const portRangeSize = ({ first, last }: PortRange): number => last - first + 1;

export const inPortRange = ({ first, last }: PortRange, port: number): boolean => port >= first && port <= last;
