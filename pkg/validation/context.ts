/** What validation may know besides the objects: switches, nothing else. Defaults are those of Kubernetes 1.36. */
export interface ValidationContext {
  /** RelaxedServiceNameValidation: Service names are DNS-1123 labels and may start with a digit. */
  readonly relaxedServiceNames: boolean;
  /** StrictIPCIDRValidation: no leading zeros, mapped addresses or host bits in old IP and CIDR fields. */
  readonly strictIps: boolean;
  /** PreferSameTrafficDistribution: `PreferSameZone` and `PreferSameNode`. */
  readonly sameZoneTraffic: boolean;
  /** Accept and check the retired `spec.topologyKeys` (T23). Off as upstream since 1.22. */
  readonly topologyKeys: boolean;
}

export const currentGates: ValidationContext = {
  relaxedServiceNames: true,
  strictIps: true,
  sameZoneTraffic: true,
  topologyKeys: false,
};
