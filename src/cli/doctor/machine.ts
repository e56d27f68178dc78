import { execFile } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { errorText } from "../../base/error-text.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import { findInstallation } from "../places/installation.ts";
import { stateFolder } from "../places/state-folder.ts";
import { findMissingParts } from "../running/native-parts.ts";
import { unitName } from "../service/unit.ts";
import { type Finding, failed, fine, warn } from "./finding.ts";
import { fitsRange } from "./node-range.ts";

/** What the bridge stands on, whatever the mapping says. */
export async function examineMachine(
  instance: string,
  mapping: Mapping | undefined,
): Promise<readonly Finding[]> {
  const folder = stateFolder(instance);
  return [
    examineNode(),
    ...(await examineParts(mapping)),
    examineFolder(folder),
    await examineDisk(folder, mapping?.alarms.diskFreePercent ?? USUAL_FREE_PERCENT),
    await examineService(unitName({ instance })),
  ];
}

const USUAL_FREE_PERCENT = 5;
/** Below this the journal and waiting marks have minutes left. */
const LEAST_FREE_BYTES = 50_000_000;

function examineNode(): Finding {
  const range = findInstallation().manifest.engines?.node ?? "";
  const text = `Node ${process.versions.node} on ${process.platform} ${process.arch}`;
  if (fitsRange(process.versions.node, range)) return fine("node", text);
  return failed("node", `${text} is not supported`, `install a Node version in the range ${range}`);
}

async function examineParts(mapping: Mapping | undefined): Promise<readonly Finding[]> {
  const missing = await findMissingParts(mapping);
  if (missing.length === 0) return [fine("native parts", "all of them can be loaded")];
  return missing.map(({ name, without, why }) =>
    warn(
      "native parts",
      `${name} has no build for this machine (${why}). ${without}`,
      "use a machine with 64 bits and glibc, or a newer Node, if that is needed",
    ),
  );
}

/** Nothing is written: only whether it may be. */
function examineFolder(folder: string): Finding {
  const about = "state folder";
  const nearest = nearestThere(folder);
  const name = accountName();
  try {
    accessSync(nearest, constants.R_OK | constants.W_OK | constants.X_OK);
    const text = nearest === folder ? `${folder} can be written` : `${folder} can be made`;
    return fine(about, `${text} by ${name}`);
  } catch {
    const remedy = `sudo install -d -o ${name} -m 700 ${folder}: marks and the journal are kept there`;
    return failed(about, `${name} may not ${nearest === folder ? "write to" : "make"} ${folder}`, remedy);
  }
}

async function examineDisk(folder: string, wantedPercent: number): Promise<Finding> {
  const about = "disk";
  const nearest = nearestThere(folder);
  try {
    const { bavail, blocks, bsize } = await statfs(nearest);
    const freeBytes = bavail * bsize;
    const percent = blocks === 0 ? 100 : Math.round((bavail / blocks) * 1000) / 10;
    const text = `${percent} % free (${Math.round(freeBytes / 1_000_000)} MB) where ${nearest} is`;
    const remedy = "make room: marks and the journal need it";
    if (freeBytes < LEAST_FREE_BYTES) return failed(about, text, remedy);
    return percent < wantedPercent ? warn(about, text, remedy) : fine(about, text);
  } catch (error) {
    return warn(about, `cannot be measured: ${errorText(error)}`, `look at ${nearest} with df`);
  }
}

async function examineService(unit: string): Promise<Finding> {
  const about = "service";
  if (!existsSync("/run/systemd/system")) {
    const text = "this machine is not run by systemd: nothing starts a bridge again that hangs or dies";
    return warn(
      about,
      text,
      "let whatever starts programs here restart it, and run valt-bridge darken after each end",
    );
  }
  const facts = await askSystemd(unit);
  if (facts.LoadState !== "loaded") {
    const remedy = `valt-bridge service <mapping> prints a unit, and what to do with it`;
    return warn(about, `there is no unit ${unit}: nothing starts the bridge with the machine`, remedy);
  }
  const state = `${unit} is ${facts.ActiveState ?? "unknown"}`;
  if ((facts.WatchdogUSec ?? "0") === "0")
    return warn(
      about,
      `${state}, without a watchdog`,
      "set WatchdogSec=30, or print the unit anew with valt-bridge service",
    );
  if (facts.ActiveState === "failed")
    return failed(
      about,
      `${state} (${facts.Result ?? "no reason"})`,
      `journalctl -u ${unit} -n 50 says why; then systemctl start ${unit}`,
    );
  return fine(about, `${state}, with a watchdog of ${facts.WatchdogUSec}`);
}

const ASKED = ["LoadState", "ActiveState", "Result", "WatchdogUSec"];

function askSystemd(unit: string): Promise<Readonly<Record<string, string>>> {
  const args = ["show", `${unit}.service`, ...ASKED.map((name) => `--property=${name}`)];
  return new Promise((resolve) => {
    execFile("systemctl", args, { timeout: 5000 }, (_, out) => {
      const pairs = out.split("\n").map((line) => line.split("=", 2) as [string, string]);
      resolve(Object.fromEntries(pairs.filter(([name]) => name !== "")));
    });
  });
}

function nearestThere(folder: string): string {
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  return nearest;
}

/** An account of a container may have a number and no name. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return `account ${process.getuid?.() ?? ""}`.trim();
  }
}
