import type { Descriptions } from '../descriptions.ts';

export const networkingV1Descriptions: Descriptions = {
  ServiceCIDR: {
    '': 'A range from which Services get their cluster addresses; there may be several.',
    metadata: 'Name, labels and other data common to all objects.',
    spec: 'The range itself.',
    status: 'Whether the range is in use.',
  },
  ServiceCIDRSpec: {
    '': 'A range of cluster addresses.',
    cidrs: 'One network, or one of each IP family; it never changes.',
  },
  ServiceCIDRStatus: {
    '': 'Whether a range is in use.',
    conditions: '`Ready` says whether addresses are handed out; deletion waits until the last of them is free.',
  },
  IPAddress: {
    '': 'Stands for one cluster address in use; its name is the address in canonical form.',
    metadata: 'Name, labels and other data common to all objects; labels tell the IP family and who manages it.',
    spec: 'Who uses the address.',
  },
  IPAddressSpec: {
    '': 'Who uses an address.',
    parentRef: 'The object the address belongs to, a Service as a rule.',
  },
  ParentReference: {
    '': 'Points to the user of an address.',
    group: 'API group of the user; empty for core.',
    resource: 'Resource of the user in plural, such as `services`.',
    namespace: 'Namespace of the user.',
    name: 'Name of the user.',
  },
};
