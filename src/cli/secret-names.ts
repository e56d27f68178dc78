import type { Mapping } from "../mapping/mapping.ts";

/** A secret that a mapping names, and what it is for. */
export interface NamedSecret {
  /** The environment variable. */
  readonly name: string;
  readonly purpose: string;
}

/** Each once, in the order of the mapping, the server's password first. */
export function secretNamesOf({ server, devices, alarms }: Mapping): readonly NamedSecret[] {
  const named: NamedSecret[] = [{ name: server.passwordFrom, purpose: `the password of ${server.username}` }];
  for (const { id, link, pin } of devices.values()) {
    if (link?.passcodeFrom !== undefined)
      named.push({ name: link.passcodeFrom, purpose: `the passcode of "${id}"` });
    if (pin !== undefined) named.push({ name: pin.pinFrom, purpose: `the PIN of "${id}"` });
  }
  if (alarms.webhookFrom !== undefined)
    named.push({ name: alarms.webhookFrom, purpose: "the address that alarms are posted to" });
  return named.filter(({ name }, index) => named.findIndex((other) => other.name === name) === index);
}

/** What `readSecret` looks for in the folder of the service manager's credentials. */
export function credentialName(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}
