export { familyBits, type IpFamily, ipFamilies, isIpFamily, otherFamily } from './family.ts';
export {
  canonicalIp,
  compareIps,
  formatIp,
  type Ip,
  ipNumber,
  ipOfNumber,
  ipv4,
  ipv6,
  parseIp,
  parseIpTolerant,
  sameIp,
  unmapped,
} from './address.ts';
export { isIPv4Mapped } from './ipv6.ts';
export { isLinkLocalMulticast, isLinkLocalUnicast, isLoopback, isMulticast, isUnspecified } from './kinds.ts';
export {
  type Cidr,
  cidrBounds,
  cidrContains,
  cidrCovers,
  cidrSize,
  cidrsOverlap,
  formatCidr,
  maskPrefix,
  parseCidr,
  parsePrefix,
  parsePrefixTolerant,
  type Prefix,
  type TolerantPrefix,
} from './cidr.ts';
export { type AddressRange, inRange, rangeSize, usableRange } from './usable.ts';
export { formatPortRange, inPortRange, parsePortRange, type PortRange, portRangeSize } from './port-range.ts';
