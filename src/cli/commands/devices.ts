import type { Command } from "commander";
import { errorText } from "../../base/error-text.ts";
import type { DeviceKind, DiscoveredDevice } from "../../driver/contract.ts";
import type { Surroundings } from "../environment.ts";
import { complain, endWith, exitCodes, print, printJson } from "../terminal.ts";

/** `devices`: lists what is attached. */
export function addDevicesCommand(program: Command, { loadVocabulary, signal }: Surroundings): void {
  program
    .command("devices")
    .description("list attached panels, ready to be pasted into a mapping; opens none of them")
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: true }) => {
      const { kinds } = await loadVocabulary();
      const found = await Promise.all(kinds.map((kind) => discover(kind, signal)));
      const devices = found.flat();
      const unsupported = (await Promise.all(kinds.map((kind) => kind.findUnsupported?.() ?? []))).flat();
      if (json === true) return printJson([...devices, ...unsupported]);
      for (const device of devices) show(device);
      for (const { productName, why } of unsupported)
        print(`${productName}  is known, and not supported: ${why}`);
      if (devices.length + unsupported.length === 0)
        print("No panels are attached, or none that list themselves.");
    });
}

type Found = DiscoveredDevice & { readonly kind: string };

async function discover(kind: DeviceKind, signal: AbortSignal): Promise<readonly Found[]> {
  try {
    const devices = (await kind.discover?.(signal)) ?? [];
    return devices.map((device) => ({ kind: kind.kind, ...device }));
  } catch (error) {
    complain(`${kind.kind}: ${errorText(error)}`);
    endWith(exitCodes.failed);
    return [];
  }
}

function show({ productName, kind, settings, missing }: Found): void {
  print(`${productName}  ${JSON.stringify({ kind, ...settings })}`);
  if (missing !== undefined) print(`  cannot be opened: ${missing}`);
}
