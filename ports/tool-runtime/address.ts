// Which internet addresses are public: those that no machine or network near us could answer.
import { BlockList, isIPv4, isIPv6 } from "node:net";

/** IANA's special-purpose registry for IPv4 (RFC 6890 and later), multicast and the reserved rest. */
const PRIVATE_IPV4 = [
  ["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["169.254.0.0", 16], ["172.16.0.0", 12], ["192.0.0.0", 24], ["192.0.2.0", 24],
  ["192.31.196.0", 24], ["192.52.193.0", 24], ["192.88.99.0", 24], ["192.168.0.0", 16], ["192.175.48.0", 24], ["198.18.0.0", 15], ["198.51.100.0", 24],
  ["203.0.113.0", 24], ["224.0.0.0", 4], ["240.0.0.0", 4],
] as const;

/** Parts of 2000::/3 that stand for something else: Teredo and other protocols, documentation, 6to4. */
const SPECIAL_IPV6 = [["2001::", 23], ["2001:db8::", 32], ["2002::", 16], ["2620:4f:8000::", 48], ["3fff::", 20]] as const;

const refused4 = listOf(PRIVATE_IPV4, "ipv4");
const refused6 = listOf(SPECIAL_IPV6, "ipv6");
const global6 = listOf([["2000::", 3]], "ipv6");

/**
 * True for an address that is globally reachable. For IPv6 only what is assigned for that (2000::/3) counts, so loopback,
 * link-local, unique-local, multicast, and IPv4 in whatever IPv6 clothes are all refused.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !refused4.check(address, "ipv4");
  // A zone ("%eth0") is about a link of this machine.
  return isIPv6(address) && !address.includes("%") && global6.check(address, "ipv6") && !refused6.check(address, "ipv6");
}

function listOf(ranges: readonly (readonly [string, number])[], kind: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const [address, bits] of ranges) list.addSubnet(address, bits, kind);
  return list;
}
