import { accessSync, constants, existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { systemClock } from "../../base/clock.ts";
import type { Surroundings } from "../environment.ts";
import { addConsoleOptions, type ConsoleOptions, openAt, readSettings } from "../running/console.ts";
import { aborted } from "../running/start-bridge.ts";
import { FirstSteps } from "../setup/steps.ts";
import { complain, endWith, exitCodes, print, style } from "../terminal.ts";
import { run } from "./run.ts";

/** `setup`: the first steps in the browser, and then the bridge; with a mapping, the bridge. */
export function addSetupCommand(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("setup", { isDefault: true })
    .description("write a first mapping in the browser and run the bridge on it; with a mapping, run it")
    .argument("[mapping]", "mapping file", "valt-bridge.jsonc")
    .option("--instance <name>", "to run several bridges on one machine", "default");
  addConsoleOptions(command).action((file: string, options: SetupOptions) =>
    setUp(resolve(file), options, surroundings),
  );
}

interface SetupOptions extends ConsoleOptions {
  readonly instance: string;
}

async function setUp(file: string, options: SetupOptions, surroundings: Surroundings): Promise<void> {
  if (existsSync(file)) return run(file, options, surroundings);
  const done = await openPage(file, options, surroundings);
  if (typeof done !== "string") return run(file, { ...options, console: done.place }, surroundings);
  if (surroundings.signal.aborted) return;
  complain(done);
  endWith(exitCodes.failed);
}

/** The page, until a mapping is written; gives the console's place, or why there is none. */
async function openPage(
  file: string,
  options: SetupOptions,
  surroundings: Surroundings,
): Promise<string | { readonly place: ConsoleOptions["console"] }> {
  if (!isWritable(dirname(file)))
    return `${file} cannot be written: go to a folder of yours, or name one (valt-bridge setup ~/site.jsonc)`;
  if (options.console === false)
    return `there is no ${file}, and no console to write one in: see valt-bridge init`;
  const settings = readSettings(options, options.console);
  if (typeof settings === "string") return settings;
  const steps = new FirstSteps(file, surroundings);
  let wanted = options.console;
  const page = await openAt(options.console, (place) => {
    wanted = place;
    return surroundings.serveSetup({
      settings: { ...settings, ...place },
      steps,
      clock: systemClock,
      tellLink: (link) => tellLink(link, file),
    });
  });
  if (!page.ok) return page.failure.message;
  const written = await Promise.race([page.value.written, aborted(surroundings.signal)]);
  await steps.close();
  await page.value.close();
  if (written === undefined) return "nothing was written";
  print(`${written.file} is written and fine. From the command line, and to start it with the machine:`);
  for (const line of written.next) print(`  ${line}`);
  const { port } = page.value;
  // The console comes to where the page is open.
  return { place: port === options.console.port ? options.console : { ...wanted, port } };
}

function tellLink(link: string, file: string): void {
  print(`There is no ${file} yet. Open this link in a browser to write it; it is good for one browser:`);
  print(style("cyan", `  ${link}`));
  if (/^http:/.test(link))
    print(
      `  From another machine: ssh -L ${new URL(link).host}:${new URL(link).host} this-machine, then open it there.`,
    );
  print("  valt-bridge init asks the same here; valt-bridge demo shows everything without hardware.");
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
