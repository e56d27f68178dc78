import { X509Certificate } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { systemClock } from "../../base/clock.ts";
import { errorText } from "../../base/error-text.ts";
import { makeCertificate } from "../certificate/make.ts";
import { complain, endWith, exitCodes, printText } from "../terminal.ts";

interface CertificateOptions {
  readonly to: string;
}

/** iPads take no longer one, also of an authority that was installed by hand (support.apple.com/en-us/103769). */
const DAYS = 800;
const NAMES = { certificate: "console.pem", key: "console.key", authority: "valt-bridge-authority.crt" };

/** `certificate`: a certificate for the console where the site has none to give. */
export function addCertificateCommand(program: Command): void {
  program
    .command("certificate")
    .description("make a certificate for the console, with the steps that let tablets trust it")
    .argument("[name...]", "names and IP addresses by which browsers reach it (default: this machine's name)")
    .option("--to <folder>", "where the three files go", ".")
    .action((names: string[], options: CertificateOptions) =>
      make(names.length === 0 ? [hostname()] : names, options),
    );
}

function make(names: readonly string[], { to }: CertificateOptions): void {
  const odd = names.find(
    (name) => isIP(name) === 0 && !/^(?:[a-z0-9-]{1,63}\.){0,8}[a-z0-9-]{1,63}$/i.test(name),
  );
  if (odd !== undefined) {
    complain(`"${odd}" is no name and no address, such as bridge.example.com or 10.0.0.5`);
    endWith(exitCodes.usage);
    return;
  }
  const folder = resolve(to);
  const made = makeCertificate({ names, nowMs: systemClock.wallMs(), days: DAYS });
  try {
    mkdirSync(folder, { recursive: true });
    // Nothing is written over: what tablets trust already would not fit any more.
    for (const [part, name] of Object.entries(NAMES) as [keyof typeof NAMES, string][])
      writeFileSync(join(folder, name), made[part], { flag: "wx", mode: part === "key" ? 0o600 : 0o644 });
  } catch (error) {
    complain(`the certificate was not written: ${errorText(error)}`);
    endWith(exitCodes.failed);
    return;
  }
  printText(tellSteps(folder, names, new X509Certificate(made.authority)));
}

function tellSteps(folder: string, names: readonly string[], authority: X509Certificate): string {
  const [name = ""] = names;
  const file = NAMES.authority;
  return `Made in ${folder}, valid until ${authority.validTo}:
  ${NAMES.certificate} and ${NAMES.key} for the console:
    valt-bridge run <mapping> --console 0.0.0.0:8484 --console-name ${name} \\
      --console-certificate ${join(folder, NAMES.certificate)} --console-key ${join(folder, NAMES.key)}
  ${file} for the tablets. Its own key was thrown away: nothing else can be signed by it.
    SHA-256 ${authority.fingerprint256}

iPad and iPhone: send ${file} there by AirDrop or mail and open it. Settings > General > VPN & Device Management >
  the profile > Install. Then Settings > General > About > Certificate Trust Settings > switch it on.
Android: copy ${file} there. Settings > Security > More security settings > Encryption & credentials > Install a
  certificate > CA certificate > Install anyway. Names of the menus differ; search the settings for "CA certificate".
Windows: as administrator, certutil -addstore -f Root ${file}. Chrome and Edge take it; Firefox does when
  security.enterprise_roots.enabled is true in about:config.
Then open https://${name}:8484, or the link that valt-bridge kiosk add prints.`;
}
