import { isIP } from "node:net";

/** An IPv4 address that a socket for both families writes as IPv6 (`::ffff:10.0.0.7`) is written as IPv4 again. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** Whether an IP address, or the name `localhost`, means this machine. */
export function isLoopback(host: string): boolean {
  const plain = plainAddress(host);
  return plain === "localhost" || plain === "::1" || (isIP(plain) === 4 && plain.startsWith("127."));
}

/** As URLs write it: `10.0.0.7:4001`, `[::1]:4001`. */
export function hostAndPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
