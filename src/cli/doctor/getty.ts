import { basename, join } from "node:path";
import { namesIn, resolved, textIn } from "../places/quiet-files.ts";
import { type Finding, failed, warn } from "./finding.ts";

/**
 * A login or the kernel's messages on a serial port, as a Raspberry Pi has them on its own. They write to whoever is
 * connected, read a part of what comes, and take the port's permissions away; whoever runs them is seen by any account.
 */
export function examineConsole(path: string, about: string, proc = "/proc"): Finding | undefined {
  const port = basename(resolved(path));
  const getty = findGetty(port, proc);
  if (getty !== undefined)
    return failed(
      about,
      `${path} is a login console: ${getty.name}, process ${getty.pid}, reads what comes there`,
      `sudo systemctl disable --now serial-getty@${port}.service; on a Raspberry Pi raspi-config does it (Serial Port, login shell: no)`,
    );
  if (
    !textIn(join(proc, "consoles"))
      .split("\n")
      .some((line) => line.split(/\s+/)[0] === port)
  )
    return undefined;
  return warn(
    about,
    `the kernel writes its messages to ${path}`,
    `take console=${port} (or console=serial0) out of the kernel's command line, and restart; on a Raspberry Pi that is cmdline.txt`,
  );
}

interface Getty {
  readonly pid: string;
  readonly name: string;
}

function findGetty(port: string, proc: string): Getty | undefined {
  for (const pid of namesIn(proc)) {
    if (!/^\d+$/.test(pid)) continue;
    const [program = "", ...words] = textIn(join(proc, pid, "cmdline")).split("\0");
    const name = basename(program);
    const isThere = words.some(
      (word) => word === port || (word !== "" && basename(resolved(`/dev/${word}`)) === port),
    );
    if (/^(?:a|m|min)?getty$/.test(name) && isThere) return { pid, name };
  }
  return undefined;
}
