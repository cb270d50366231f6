/** The two IP families by the names they have in `spec.ipFamilies`. */
export type IpFamily = 'IPv4' | 'IPv6';

export const ipFamilies: readonly IpFamily[] = ['IPv4', 'IPv6'];

export const isIpFamily = (text: string): text is IpFamily => text === 'IPv4' || text === 'IPv6';

/** The family a dual-stack Service has besides `family`. */
export const otherFamily = (family: IpFamily): IpFamily => (family === 'IPv4' ? 'IPv6' : 'IPv4');

/** 32 or 128. */
export const familyBits = (family: IpFamily): number => (family === 'IPv4' ? 32 : 128);
